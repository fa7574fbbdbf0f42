import type { Judgement } from '../judge.ts';
import { ModelError } from '../models/model-error.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import { decide } from '../scores/decide.ts';
import { fuse, type ScoreFusion } from '../scores/fuse.ts';
import { addUp, mergeRecords } from './add-up.ts';

/**
 * Has a sample judged several times, by one model or by several, and fuses the scores. The reasons, regions and checks
 * are those of the vote nearest to the fused score. Votes that fail are left out as long as most are there.
 *
 * @param votes each asks once; all at the same time.
 * @throws ModelError that of the first failed vote, when half of them or more fail; `spent` says what the others cost.
 */
export async function judgeByVotes(
  profile: JudgeProfile,
  votes: readonly (() => Promise<Judgement>)[],
  fusion: ScoreFusion,
): Promise<Judgement> {
  const ends = await Promise.allSettled(votes.map((vote) => vote()));
  const judged = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  const [failure] = failures;
  if (failure !== undefined && judged.length <= votes.length / 2) throw withBill(failure, judged, failures);
  const score = fuse(
    judged.flatMap((judgement) => judgement.score ?? []),
    fusion,
  );
  const speaker = pickSpeaker(judged, score);
  const said = judged.map(
    (judgement) => `${judgement.modelVersion}: ${judgement.score ?? judgement.outcome}`,
  );
  const missing = failures.map((reason) => (reason instanceof ModelError ? reason.code : 'INTERNAL'));
  const spent = failures.flatMap((reason) => (reason instanceof ModelError ? (reason.spent ?? []) : []));
  return {
    ...speaker,
    ...mergeRecords(judged),
    ...addUp([...judged, ...spent]),
    ...decide(score, profile),
    score,
    notes: [
      ...speaker.notes,
      ...(votes.length > 1
        ? [`${judged.length} of ${votes.length} votes (${fusion}): ${said.join(', ')}.`]
        : []),
      ...missing.map((code) => `A vote failed: ${code}.`),
    ],
    latencyMs: Math.max(...judged.map(({ latencyMs }) => latencyMs)),
  };
}

function pickSpeaker(judged: readonly Judgement[], score: number | null): Judgement {
  const distance = (judgement: Judgement) =>
    judgement.score === null || score === null ? Number.POSITIVE_INFINITY : Math.abs(judgement.score - score);
  const [nearest] = judged.toSorted((a, b) => distance(a) - distance(b));
  if (nearest === undefined) throw new RangeError('A panel needs at least one vote.');
  return nearest;
}

function withBill(failure: unknown, judged: readonly Judgement[], failures: readonly unknown[]): unknown {
  if (!(failure instanceof ModelError)) return failure;
  const spent = failures.flatMap((reason) => (reason instanceof ModelError ? (reason.spent ?? []) : []));
  return judged.length + spent.length === 0 ? failure : failure.withSpent(addUp([...judged, ...spent]));
}
