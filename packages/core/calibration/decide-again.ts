import { decide } from '@loupe/judge/scores';
import type { Decision, ThresholdSource, Verdict } from '../inspection/index.ts';
import { type Definition, judgesAlike, nameThresholdSource } from '../profile/index.ts';

/** What a profile makes of a stored score today. */
export interface CurrentDecision {
  readonly decision: Decision;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
}

/**
 * Decides a stored verdict again, by the profile's current threshold and band. Undefined when the current definition
 * asks otherwise than the one the verdict was made by: its threshold is for other scores.
 */
export function decideAgain(
  verdict: Verdict,
  judgedBy: Definition,
  current: Definition,
): CurrentDecision | undefined {
  if (!judgesAlike(judgedBy, current)) return undefined;
  const { threshold, uncertainBand } = current;
  const decided = decide(verdict.score ?? null, { threshold, uncertainBand });
  return {
    decision: decided.decision,
    threshold: decided.threshold,
    thresholdSource: nameThresholdSource(current),
  };
}
