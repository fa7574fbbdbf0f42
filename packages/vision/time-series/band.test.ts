import { describe, expect, it } from 'vitest';
import { interpolateBand, makeBands } from './band.ts';
import type { Series } from './series.ts';
import { countRows } from './timeline.ts';

function makeSeries(values: readonly number[]): Series {
  return {
    timeline: countRows(values.length),
    channels: [{ name: 'v', values: Float64Array.from(values) }],
    notes: [],
  };
}

describe('bands', () => {
  it('reach from the least to the greatest of all references at each part', () => {
    const [band] = makeBands([makeSeries([1, 2, 3, 4]), makeSeries([5, 0, Number.NaN, 4])], 4);
    expect({ lower: Array.from(band?.lower ?? []), upper: Array.from(band?.upper ?? []) }).toEqual({
      lower: [1, 0, 3, 4],
      upper: [5, 2, 3, 4],
    });
  });

  it('are straight between their values, over the part of the span that is shown', () => {
    const band = { channel: 'v', lower: [0, 10], upper: [20] };
    const { low, high } = interpolateBand(band, [0, 100], [50, 100], 5);
    expect([...low].map((value) => Math.round(value * 10) / 10)).toEqual([5.5, 6.5, 7.5, 8.5, 9.5]);
    expect([...high]).toEqual([20, 20, 20, 20, 20]);
  });
});
