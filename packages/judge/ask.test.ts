import { expect, it } from 'vitest';
import { askForVerdict } from './ask.ts';
import { createLedger } from './ledger.ts';
import type { ModelCapabilities, ModelQuestion, VisionModel } from './models/vision-model.ts';
import { writePrompt } from './prompts/write-prompt.ts';

/** The questions of a judgement whose first answer cannot be read. */
async function ask(usesLogprobs: boolean, logprobs?: boolean | null): Promise<ModelQuestion[]> {
  const asked: ModelQuestion[] = [];
  const capabilities = { logprobs, imageTokens: { kind: 'FLAT', tokens: 1 } } as ModelCapabilities;
  const model: VisionModel = {
    id: 'fake/model',
    provider: 'fake',
    traits: {
      imagesPerCall: null,
      maxTokens: 300,
      prices: [],
      comparesReferences: false,
      ...(logprobs !== undefined && { capabilities }),
    },
    ask: async (question) => {
      const text = asked.push(question) === 1 ? 'no' : '{"reasoning": "x", "correctness": 1}';
      return { text, finish: 'complete', usage: undefined, latencyMs: 0 };
    },
  };
  const asking = {
    model,
    signal: new AbortController().signal,
    clock: () => 0,
    ledger: createLedger(model),
    usesLogprobs,
    isMedical: false,
  };
  const profile = { rules: [], defects: [], preset: 'NAIVE' as const };
  await askForVerdict(asking, writePrompt(profile, { references: 0, queries: 1 }), []);
  return asked;
}

it.each([
  ['has them', true, true, true],
  ['says nothing of them', true, undefined, true],
  ['is not known for them', true, null, true],
  ['has none', true, false, undefined],
  ['has them, and they are not wanted', false, true, undefined],
])(
  'a model that %s is asked for probabilities accordingly, the second time too',
  async (_name, wanted, has, expected) => {
    expect((await ask(wanted, has)).map(({ logprobs }) => logprobs)).toEqual([expected, expected]);
  },
);
