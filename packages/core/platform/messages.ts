import * as z from 'zod/mini';

/**
 * What the queues carry: ids alone. A queue only delivers; the row decides what is to be done, so a message may come
 * twice, late, or for nothing. Fields are only ever added, as optional.
 */

const sampleMessage = z.object({ tenantId: z.string(), sampleId: z.string() });
const inspectionMessage = z.object({ tenantId: z.string(), inspectionId: z.string() });
const consultationMessage = z.object({ tenantId: z.string(), consultationId: z.string() });

const deliveryMessage = z.object({ tenantId: z.string(), deliveryId: z.string() });

export type DeliveryMessage = z.infer<typeof deliveryMessage>;
/** Work of a dataset, an evaluation, a deletion or an export; a chunk is an evaluation's. */
const jobMessage = z.object({ tenantId: z.string(), jobId: z.string(), chunk: z.optional(z.number()) });

export type SampleMessage = z.infer<typeof sampleMessage>;
export type InspectionMessage = z.infer<typeof inspectionMessage>;
export type JobMessage = z.infer<typeof jobMessage>;
export type ConsultationMessage = z.infer<typeof consultationMessage>;

/** Message type of each queue. */
export interface Messages {
  readonly intake: SampleMessage;
  readonly convert: SampleMessage;
  readonly 'convert-video': SampleMessage;
  readonly infer: InspectionMessage | ConsultationMessage;
  readonly deliver: DeliveryMessage;
  readonly evaluate: JobMessage;
  readonly leave: Omit<JobMessage, 'chunk'>;
}

export type QueueName = keyof Messages;

const s3Event = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })),
});

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseSampleMessage(body: string): SampleMessage {
  return z.parse(sampleMessage, JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseInferMessage(body: string): InspectionMessage | ConsultationMessage {
  return z.parse(z.union([inspectionMessage, consultationMessage]), JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseDeliveryMessage(body: string): DeliveryMessage {
  return z.parse(deliveryMessage, JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseJobMessage(body: string): JobMessage {
  return z.parse(jobMessage, JSON.parse(body));
}

/** Object keys named by an S3 event notification, decoded; undefined when the body is none. */
export function parseObjectKeys(body: string): string[] | undefined {
  const json: unknown = JSON.parse(body);
  if (typeof json === 'object' && json !== null && 'Event' in json && json.Event === 's3:TestEvent')
    return [];
  const result = z.safeParse(s3Event, json);
  if (!result.success) return undefined;
  return result.data.Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
}
