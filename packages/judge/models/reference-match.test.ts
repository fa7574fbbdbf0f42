import { expect, it } from 'vitest';
import { ANSWER_SCHEMA } from '../prompts/format-part.ts';
import { createModel } from './create-model.ts';
import type { Detect } from './reference-match.ts';
import type { ModelImage, ModelReply } from './vision-model.ts';

function makeImage(role: ModelImage['role'], view: number, byte: number): ModelImage {
  return { role, view, mediaType: 'image/png', bytes: new Uint8Array([byte]), widthPx: 1, heightPx: 1 };
}

function ask(
  detect: Detect,
  images: ModelImage[],
  signal = new AbortController().signal,
): Promise<ModelReply> {
  const model = createModel('loupe/reference-match', { detect, clock: () => 0 });
  return model.ask({ text: '', images, maxTokens: 300, schema: ANSWER_SCHEMA }, signal);
}

it('judges each view against the same view of the references; the worst counts', async () => {
  const pairs: number[][] = [];
  const detect: Detect = (query, references) => {
    const [byte = 0] = query;
    pairs.push([byte, ...references.flatMap((bytes) => [...bytes])]);
    return {
      score: byte / 100,
      reasoning: `view of ${byte}`,
      regions: [{ x: 0, y: 0, width: 1, height: 1, score: byte / 100 }],
    };
  };
  const references = [
    makeImage('reference', 0, 1),
    makeImage('reference', 1, 2),
    makeImage('reference', 0, 3),
  ];

  const reply = await ask(detect, [...references, makeImage('query', 0, 20), makeImage('query', 1, 70)]);

  expect(pairs).toEqual([
    [20, 1, 3],
    [70, 2],
  ]);
  expect(JSON.parse(reply.text)).toEqual({ reasoning: 'view of 70', correctness: 0, anomaly_score: 0.7 });
  expect(reply.extras?.regions.map(({ view, score }) => [view, score])).toEqual([
    [1, 0.7],
    [0, 0.2],
  ]);
});

it('a score that is none is BAD_RESPONSE, a throw is BAD_REQUEST, an abort is ABORTED', async () => {
  const query = [makeImage('query', 0, 1)];
  const broken: Detect = () => ({ score: Number.NaN, reasoning: '', regions: [] });
  const thrower: Detect = () => {
    throw new Error('no picture');
  };

  await expect(ask(broken, query)).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
  await expect(ask(thrower, query)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(ask(thrower, query, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(ask(thrower, [])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
