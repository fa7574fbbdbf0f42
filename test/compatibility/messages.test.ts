import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Messages,
  parseDeliveryMessage,
  parseInferMessage,
  parseJobMessage,
  parseObjectKeys,
  parseSampleMessage,
  type QueueName,
} from '@loupe/core/platform';
import { describe, expect, it } from 'vitest';

/** How each queue's function reads what it gets. */
const readers: Readonly<Record<QueueName, (body: string) => unknown>> = {
  intake: (body) => parseObjectKeys(body) ?? parseSampleMessage(body),
  convert: parseSampleMessage,
  'convert-video': parseSampleMessage,
  infer: parseInferMessage,
  deliver: parseDeliveryMessage,
  evaluate: parseJobMessage,
  leave: parseJobMessage,
};

type FieldOf<Message> = Message extends unknown ? Exclude<keyof Message, 'tenantId'> : never;

/**
 * Every field of every message that the code knows: the compiler asks for all of them. What is newer than the release
 * says so; of the others there is a message of the released version.
 */
const fields: { readonly [Queue in QueueName]: Record<FieldOf<Messages[Queue]>, 'released' | 'new'> } = {
  intake: { sampleId: 'released' },
  convert: { sampleId: 'released' },
  'convert-video': { sampleId: 'released' },
  infer: { inspectionId: 'released', consultationId: 'released' },
  deliver: { deliveryId: 'released' },
  evaluate: { jobId: 'released', chunk: 'released' },
  leave: { jobId: 'released' },
};

const messages: { queue: QueueName; body: Record<string, unknown> }[] = readFileSync(
  join(import.meta.dirname, 'released', 'messages.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe.each(messages)('a message of the released version to $queue: $body', ({ queue, body }) => {
  const read = (message: object) => readers[queue](JSON.stringify(message));
  const isEvent = 'Records' in body;

  it('is read whole: what came later is optional', () => {
    expect(read(body)).toEqual(isEvent ? [expect.stringMatching(/^tenants\/.*\/original$/)] : body);
  });

  it('is read the same with fields that a later version adds', () => {
    expect(read({ ...body, fromTheFuture: { a: [1] } })).toEqual(read(body));
  });
});

it('there is one of each kind that is not new since', () => {
  const known = Object.entries(fields).flatMap(([queue, of]) =>
    Object.entries(of).flatMap(([field, since]) => (since === 'released' ? [`${queue}: ${field}`] : [])),
  );
  const kept = messages.flatMap(({ queue, body }) =>
    Object.keys(body).flatMap((field) => (field in fields[queue] ? [`${queue}: ${field}`] : [])),
  );
  expect(new Set(kept)).toEqual(new Set(known));
});
