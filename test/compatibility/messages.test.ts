import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseDeliveryMessage,
  parseInferMessage,
  parseJobMessage,
  parseObjectKeys,
  parseSampleMessage,
} from '@loupe/core/platform';
import { describe, expect, it } from 'vitest';

/** How each queue's function reads what it gets. */
const readers: Readonly<Record<string, (body: string) => unknown>> = {
  intake: (body) => parseObjectKeys(body) ?? parseSampleMessage(body),
  convert: parseSampleMessage,
  infer: parseInferMessage,
  deliver: parseDeliveryMessage,
  evaluate: parseJobMessage,
};

const messages: { queue: string; body: Record<string, unknown> }[] = readFileSync(
  join(import.meta.dirname, 'released', 'messages.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe.each(messages)('a message of the released version to $queue: $body', ({ queue, body }) => {
  const read = (message: object) => readers[queue]?.(JSON.stringify(message));
  const isEvent = 'Records' in body;

  it('is read whole: what came later is optional', () => {
    expect(read(body)).toEqual(isEvent ? [expect.stringMatching(/^tenants\/.*\/original$/)] : body);
  });

  it('is read the same with fields that a later version adds', () => {
    expect(read({ ...body, fromTheFuture: { a: [1] } })).toEqual(read(body));
  });
});

it('there is one of each reader', () => {
  expect(new Set(messages.map(({ queue }) => queue))).toEqual(new Set(Object.keys(readers)));
});
