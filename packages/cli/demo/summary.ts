import { computeAuroc } from '@loupe/metrics';
import type { DemoResult } from './run-case.ts';

/** What the table comes to, in sentences. */
export function summarise(results: readonly DemoResult[]): string {
  const done = results.filter(({ inspection }) => inspection.state === 'DONE');
  const right = done.filter(({ query, inspection }) => inspection.verdict?.decision === query.expected);
  const scored = done.flatMap(({ query, inspection }) => {
    const score = inspection.verdict?.score;
    return typeof score === 'number' ? [{ score, anomalous: query.expected === 'ANOMALOUS' }] : [];
  });
  const auroc = computeAuroc(scored);
  return [
    `${done.length} of ${results.length} inspections are DONE; ${right.length} decisions are as expected`,
    auroc === undefined
      ? ''
      : `; AUROC of the scores ${auroc.toFixed(3)} over ${scored.length} samples of ${countCases(results)} kinds`,
    '.',
  ].join('');
}

/** The results as data, in the order of the table. */
export function describeResults(results: readonly DemoResult[]) {
  return {
    inspections: results.map(({ query, inspection, uploadMs }) => ({
      file: query.file,
      modality: query.modality,
      origin: query.origin,
      expected: query.expected,
      state: inspection.state,
      decision: inspection.verdict?.decision ?? null,
      score: inspection.verdict?.score ?? null,
      regions: inspection.verdict?.regions ?? [],
      reasoning: inspection.verdict?.reasoning ?? null,
      failure: inspection.failure,
      ms: { upload: uploadMs, convert: inspection.sample.convertMs, judge: inspection.judgeMs },
    })),
  };
}

function countCases(results: readonly DemoResult[]): number {
  return new Set(results.map((result) => result.case)).size;
}
