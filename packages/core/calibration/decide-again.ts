import { decide } from '@loupe/judge/scores';
import type { Decision, ThresholdSource, Verdict } from '../inspection/index.ts';
import { type Definition, judgesAlike, nameThresholdSource } from '../profile/index.ts';
import { type Calibration, readProbability } from './calibration.ts';

/** What a profile makes of a stored score today. */
export interface CurrentDecision {
  readonly decision: Decision;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
  /** Undefined without a score, or without a calibration for this way of asking. */
  readonly probability?: number | undefined;
  readonly calibration?: Calibration | undefined;
}

/**
 * Decides a stored verdict again, by the profile's current threshold and band. Undefined when the current definition
 * asks otherwise than the one the verdict was made by: its threshold is for other scores.
 */
export function decideAgain(
  verdict: Verdict,
  judgedBy: Definition,
  current: Definition,
  calibrated?: { readonly calibration: Calibration; readonly fittedFor: Definition } | undefined,
): CurrentDecision | undefined {
  if (!judgesAlike(judgedBy, current)) return undefined;
  const { threshold, uncertainBand } = current;
  const decided = decide(verdict.score ?? null, { threshold, uncertainBand });
  const calibration =
    calibrated && judgesAlike(calibrated.fittedFor, current) ? calibrated.calibration : undefined;
  return {
    ...(calibration && { calibration, probability: readProbability(calibration, verdict.score) }),
    decision: decided.decision,
    threshold: decided.threshold,
    thresholdSource: nameThresholdSource(current),
  };
}
