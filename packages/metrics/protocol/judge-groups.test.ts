import { expect, it } from 'vitest';
import { drawUint32, seedRandom } from '../intervals/random.ts';
import { measure } from '../measures.ts';
import { GroupBuilder } from './group.ts';
import { judgeGroups } from './judge-groups.ts';

it('judges 210,000 items exactly, with intervals as wide as the variance of AUROC has them', () => {
  const state = seedRandom(5);
  const builder = new GroupBuilder();
  for (let i = 0; i < 210_000; i++) {
    const anomalous = i % 5 === 0;
    const score = 0.6 * (drawUint32(state) / 2 ** 32) + (anomalous ? 0.4 : 0);
    builder.add({ anomalous, score, outcome: 'PARSED' });
  }
  const group = builder.build();
  const report = judgeGroups(new Map([['goods', group]]), { protocol: 'clean', resamples: 200 });

  const { metrics } = measure(group.ranking);
  expect(report.pooled.auroc).toBe(metrics.auroc);
  expect(report.pooled.aupr).toBe(metrics.aupr);
  expect(report.resamples).toBe(200);
  expect(report.resampleAurocError).toBeGreaterThan(0);
  expect(report.resampleAurocError).toBeLessThan(0.0001);
  // DeLong et al. (1988): the variance of a score's share of wins, by hand 1/108 for either class, over its items.
  const error = Math.sqrt((1 / 42_000 + 1 / 168_000) / 108);
  const [low = 0, high = 0] = report.pooled.intervals.auroc ?? [];
  expect(low).toBeLessThan(17 / 18);
  expect(high).toBeGreaterThan(17 / 18);
  // Widths from 200 resamples vary by some 6 %.
  expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.8);
  expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.2);
});
