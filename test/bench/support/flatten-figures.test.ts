import { describe, expect, it } from 'vitest';
import { flattenFigures } from './flatten-figures.ts';

describe('flattenFigures', () => {
  it('keeps whole names and puts the benchmark before others, nested ones by their path', () => {
    expect(
      flattenFigures('local.start', {
        'vision.plot_1e6.ms': 6,
        runs: 11,
        readyMs: { median: 230, worst: 290 },
        rows: [{ ms: 1 }, { ms: 2 }],
        name: 'text',
        missing: null,
      }),
    ).toEqual({
      'vision.plot_1e6.ms': 6,
      'local.start.runs': 11,
      'local.start.readyMs.median': 230,
      'local.start.readyMs.worst': 290,
      'local.start.rows.0.ms': 1,
      'local.start.rows.1.ms': 2,
    });
  });
});
