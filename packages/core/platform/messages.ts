import * as v from 'valibot';

/**
 * What the queues carry: ids alone. A queue only delivers; the row decides what is to be done, so a message may come
 * twice, late, or for nothing. Fields are only ever added, as optional.
 */

const sampleMessage = v.object({ tenantId: v.string(), sampleId: v.string() });
const inspectionMessage = v.object({ tenantId: v.string(), inspectionId: v.string() });
const consultationMessage = v.object({ tenantId: v.string(), consultationId: v.string() });

const deliveryMessage = v.object({ tenantId: v.string(), deliveryId: v.string() });

export type DeliveryMessage = v.InferOutput<typeof deliveryMessage>;
/** Work of a dataset, an evaluation, a deletion or an export; a chunk is an evaluation's. */
const jobMessage = v.object({ tenantId: v.string(), jobId: v.string(), chunk: v.optional(v.number()) });

export type SampleMessage = v.InferOutput<typeof sampleMessage>;
export type InspectionMessage = v.InferOutput<typeof inspectionMessage>;
export type JobMessage = v.InferOutput<typeof jobMessage>;
export type ConsultationMessage = v.InferOutput<typeof consultationMessage>;

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

const s3Event = v.object({
  Records: v.array(v.object({ s3: v.object({ object: v.object({ key: v.string() }) }) })),
});

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseSampleMessage(body: string): SampleMessage {
  return v.parse(sampleMessage, JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseInferMessage(body: string): InspectionMessage | ConsultationMessage {
  return v.parse(v.union([inspectionMessage, consultationMessage]), JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseDeliveryMessage(body: string): DeliveryMessage {
  return v.parse(deliveryMessage, JSON.parse(body));
}

/** @throws Error when the body is not such a message: it will end in the dead-letter queue. */
export function parseJobMessage(body: string): JobMessage {
  return v.parse(jobMessage, JSON.parse(body));
}

/** Object keys named by an S3 event notification, decoded; undefined when the body is none. */
export function parseObjectKeys(body: string): string[] | undefined {
  const json: unknown = JSON.parse(body);
  if (typeof json === 'object' && json !== null && 'Event' in json && json.Event === 's3:TestEvent')
    return [];
  const result = v.safeParse(s3Event, json);
  if (!result.success) return undefined;
  return result.output.Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
}
