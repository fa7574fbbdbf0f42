import { expect, it } from 'vitest';
import { type CascadeAnswer, type CascadeItem, measureCascade } from './measure-cascade.ts';

const band = { low: 0.3, high: 0.7 };
/** Answers at the threshold 0.5; the cheap model costs 1, the strong one 100. */
const cheap = (score: number): CascadeAnswer => ({ ...decide(score), costMicroUsd: 1 });
const strong = (score: number): CascadeAnswer => ({ ...decide(score), costMicroUsd: 100 });
const decide = (score: number) => ({
  score,
  decision: score < 0.5 ? ('NORMAL' as const) : ('ANOMALOUS' as const),
});

const items: CascadeItem[] = [
  { anomalous: false, cheap: cheap(0.1), strong: strong(0.1) },
  // The cheap model decides, and is wrong where the strong one is right.
  { anomalous: false, cheap: cheap(0.7), strong: strong(0.1) },
  // Inside of the band: the strong model mends an overkill of the cheap one …
  { anomalous: false, cheap: cheap(0.6), strong: strong(0.2) },
  { anomalous: false, cheap: cheap(0.29), strong: strong(0.9) },
  // … and a miss, at the lower end, which belongs to the band.
  { anomalous: true, cheap: cheap(0.3), strong: strong(0.8) },
  // Without a score the strong model is asked; it is not sure.
  {
    anomalous: true,
    cheap: { decision: 'UNCERTAIN', costMicroUsd: 1 },
    strong: { score: 0.5, decision: 'UNCERTAIN', costMicroUsd: 100 },
  },
  { anomalous: true, cheap: cheap(0.2), strong: strong(0.9) },
  { anomalous: true, cheap: cheap(0.9), strong: strong(0.4) },
];

it('a cascade beside its models alone, counted by hand', () => {
  const measures = measureCascade(items, band);
  expect(measures.escalated).toMatchObject({ count: 3, of: 8, value: 0.375 });
  expect(measures.escalatedNormal).toMatchObject({ count: 1, of: 4 });
  expect(measures.escalatedAnomalous).toMatchObject({ count: 2, of: 4 });
  expect(measures.cheap).toMatchObject({
    costMicroUsd: 1,
    miss: { count: 2, of: 4 },
    overkill: { count: 2, of: 4 },
    undecided: { count: 1, of: 8 },
  });
  expect(measures.strong).toMatchObject({
    costMicroUsd: 100,
    miss: { count: 1, of: 4 },
    overkill: { count: 1, of: 4 },
    undecided: { count: 1, of: 8 },
  });
  // Eight cheap calls and three strong ones.
  expect(measures.cascade).toMatchObject({
    costMicroUsd: 308 / 8,
    miss: { count: 1, of: 4 },
    overkill: { count: 1, of: 4 },
    undecided: { count: 1, of: 8 },
  });
});

it('an unknown cost is unknown wherever it would be paid, and nowhere else', () => {
  const [first, ...rest] = items.map((item) => ({
    ...item,
    strong: { ...item.strong, costMicroUsd: undefined },
  }));
  const free = measureCascade([first as CascadeItem], band);
  expect([free.cheap, free.strong, free.cascade].map(({ costMicroUsd }) => costMicroUsd)).toEqual([
    1,
    null,
    1,
  ]);
  expect(measureCascade(rest, band).cascade.costMicroUsd).toBeNull();
});

it('a rate without items has no value', () => {
  const normal = measureCascade(items.slice(0, 4), band);
  expect(normal.cascade.miss).toBeNull();
  expect(normal.escalatedAnomalous).toBeNull();
  expect(normal.cascade.overkill).toMatchObject({ of: 4 });
});
