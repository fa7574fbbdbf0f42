import { expect, it } from 'vitest';
import { createDrawing } from './drawing.ts';
import { seedRandom } from './random.ts';

const ROUNDS = 4000;

// Eight items in four groups are drawn one by one, eight thousand group by group.
it.each([1, 1000])(
  'draws as many as there are, each group by its share, of %i times eight items',
  (times) => {
    const counts = Int32Array.of(5, 0, 2, 1).map((count) => count * times);
    const draw = createDrawing(counts);
    const state = seedRandom(3);
    const sums = [0, 0, 0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const drawn = new Int32Array(4);
      draw(drawn, state);
      expect(drawn.reduce((sum, one) => sum + one, 0)).toBe(8 * times);
      drawn.forEach((one, group) => {
        sums[group] = (sums[group] ?? 0) + one;
      });
    }
    counts.forEach((count, group) => {
      const share = count / (8 * times);
      const deviation = Math.sqrt((8 * times * share * (1 - share)) / ROUNDS);
      expect(Math.abs((sums[group] ?? 0) / ROUNDS - count)).toBeLessThan(5 * deviation + 1e-9);
    });
  },
);
