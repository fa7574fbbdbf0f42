import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createConverter } from '../../packages/vision/worker/index.ts';
import { bombs, emptyFiles } from './crafted.ts';
import { mutations, truncate } from './mutate.ts';
import { judgeInput } from './oracle.ts';
import { createRandom } from './random.ts';
import { loadSeeds, type Seed } from './seeds.ts';

/** Spoiled copies of each seed by each kind of damage. */
const COPIES = 3;
// A hundred files in a test, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 });

const seeds = await loadSeeds();
const converter = createConverter();
let inputs = 0;

beforeAll(() => converter.warm());
afterAll(() => converter.stop());

async function judge(
  bytes: Uint8Array,
  declaredMediaType: string | undefined,
  what: string,
): Promise<string> {
  inputs += 1;
  try {
    return await judgeInput(converter, bytes, declaredMediaType);
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}

describe('every format', () => {
  it.each(seeds)('$name is converted when whole', async ({ bytes, declaredMediaType, name }) => {
    expect(await judge(bytes, declaredMediaType, name)).toBe('CONVERTED');
  });

  it.each(seeds)('$name is converted or refused, cut at every hundredth', async (seed: Seed) => {
    for (let percent = 0; percent < 100; percent += seed.isSlow ? 10 : 1) {
      await judge(truncate(seed.bytes, percent), seed.declaredMediaType, `${seed.name} cut at ${percent} %`);
    }
  });

  it.each(seeds)('$name is converted or refused, spoiled', async (seed: Seed) => {
    for (const [kind, mutation] of mutations.entries()) {
      for (let copy = 0; copy < (seed.isSlow ? 1 : COPIES); copy++) {
        const bytes = mutation.apply(seed.bytes, createRandom(kind * 1000 + copy));
        await judge(bytes, seed.declaredMediaType, `${seed.name} with ${mutation.name}, copy ${copy}`);
      }
    }
  });
});

describe('files made to do harm', () => {
  it.each(emptyFiles)('$name is never converted', async ({ name, bytes, declaredMediaType }) => {
    expect(await judge(bytes, declaredMediaType, name)).not.toBe('CONVERTED');
  });

  it.each(bombs)('$name is converted or refused', async ({ name, bytes, declaredMediaType }) => {
    await judge(bytes, declaredMediaType, name);
  });
});

it('were 2,000 inputs at least', () => {
  expect(inputs).toBeGreaterThan(2000);
});
