import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseReferences } from './choose-references.ts';

describe('references', () => {
  it('FIRST takes the first, all when there are fewer', () => {
    expect(chooseReferences(5, { choice: 'FIRST', count: 2 })).toEqual([0, 1]);
    expect(chooseReferences(2, { choice: 'FIRST', count: 8 })).toEqual([0, 1]);
  });

  it('NEAREST takes the best ranked and keeps the order of the profile', () => {
    expect(chooseReferences(4, { choice: 'NEAREST', count: 2 }, [3, 1, 0, 2])).toEqual([1, 3]);
    expect(chooseReferences(4, { choice: 'NEAREST', count: 3 }, [2])).toEqual([0, 1, 2]);
  });

  it('RANDOM is the same for the same seed and any order for others', () => {
    const draw = (seed: number) => chooseReferences(8, { choice: 'RANDOM', count: 3, seed }).join();

    expect(draw(7)).toBe(draw(7));
    // 56 ways to take 3 of 8: 500 seeds meet every one.
    expect(new Set(Array.from({ length: 500 }, (_, seed) => draw(seed))).size).toBe(56);
  });

  it('are each taken once, as many as asked for', () => {
    const choice = fc.constantFrom('FIRST' as const, 'RANDOM' as const, 'NEAREST' as const);
    fc.assert(
      fc.property(choice, fc.nat(8), fc.nat(8), fc.nat(), (name, total, count, seed) => {
        const chosen = chooseReferences(total, { choice: name, count, seed });
        expect(chosen).toHaveLength(Math.min(total, count));
        expect(new Set(chosen).size).toBe(chosen.length);
      }),
    );
  });
});
