import { describe, expect, it } from 'vitest';
import { proposeWindows } from './propose-windows.ts';
import { countRows, findSpan } from './timeline.ts';

function propose(values: Float64Array, most: number = 2) {
  const timeline = countRows(values.length);
  return proposeWindows(timeline, [{ name: 'v', values }], findSpan(timeline), most);
}

/** A daily wave with noise, the same every time. */
function makeWave(rows: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length: rows }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.sin(i / 40) * 10 + state / 2 ** 32;
  });
}

describe('proposeWindows', () => {
  it.each([
    ['a spike', (v: Float64Array) => v.fill(60, 30_000, 30_001)],
    [
      'a step',
      (v: Float64Array) => v.forEach((x, i) => void (i >= 29_500 && i < 30_500 && v.fill(x + 30, i, i + 1))),
    ],
    ['silence', (v: Float64Array) => v.fill(3, 29_500, 30_500)],
    [
      'a burst',
      (v: Float64Array) =>
        v.forEach(
          (x, i) => void (i >= 29_800 && i < 30_200 && v.fill(x * (i % 2 === 0 ? 1.6 : -1.6), i, i + 1)),
        ),
    ],
  ])('proposes %s first', (_, change) => {
    const values = makeWave(50_000);
    change(values);
    const [best] = propose(values, 1);
    expect(best?.span[0]).toBeLessThanOrEqual(30_000);
    expect(best?.span[1]).toBeGreaterThanOrEqual(30_000);
  });

  it('proposes nothing in a constant, in a few rows, or when none is asked for', () => {
    expect(propose(new Float64Array(10_000).fill(7))).toEqual([]);
    expect(propose(Float64Array.of(1, 2, 3, 100))).toEqual([]);
    expect(propose(makeWave(5000), 0)).toEqual([]);
  });

  it('proposes windows that do not overlap, the best first', () => {
    const values = makeWave(50_000);
    for (const at of [5000, 20_000, 20_100, 41_000]) values[at] = 90;
    const windows = propose(values, 8);
    expect(windows.length).toBeGreaterThanOrEqual(3);
    const sorted = windows.toSorted((a, b) => a.span[0] - b.span[0]);
    sorted.forEach(({ span }, i) => {
      expect(span[0]).toBeGreaterThanOrEqual(sorted[i - 1]?.span[1] ?? 0);
    });
    expect(windows.map(({ score }) => score)).toEqual(
      windows.map(({ score }) => score).toSorted((a, b) => b - a),
    );
  });
});
