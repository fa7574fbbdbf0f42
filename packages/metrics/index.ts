export { computeAuroc, type LabelledScore } from './auroc.ts';
export { type Comparison, compare, type Difference } from './comparison/compare.ts';
export { computeMcNemar, type McNemar } from './comparison/mcnemar.ts';
export type { CompareOptions, Paired } from './comparison/resample-pairs.ts';
export type { Interval, Intervals } from './intervals/bootstrap.ts';
export { drawUint32, type RandomState, seedRandom } from './intervals/random.ts';
export { computeProportion, type Proportion } from './intervals/wilson.ts';
export {
  type Box,
  type BoxedItem,
  type BoxMetrics,
  computeBoxIou,
  computeBoxMetrics,
  computeMaskIou,
  playPointingGame,
} from './localisation/boxes.ts';
export { type LocalisationResult, LocalisationTally } from './localisation/localisation-tally.ts';
export {
  fillBoxes,
  type ItemLocalisation,
  type LocatedItem,
  measureItem,
} from './localisation/measure-item.ts';
export { computePixelMetrics, type MaskedMap, type PixelMetrics } from './localisation/pixels.ts';
export { METRICS, type MetricName, type Metrics, measure } from './measures.ts';
export type { Baselines, Figures, NamedMetrics, Protocol, ProtocolOptions } from './protocol/figures.ts';
export {
  type Group,
  GroupBuilder,
  groupPredictions,
  isAnswer,
  mergeGroups,
  OUTCOMES,
  type Outcome,
  type Prediction,
} from './protocol/group.ts';
export { judgeGroups, judgePredictions, type Macro, type Report } from './protocol/judge-groups.ts';
export { type BadLine, PredictionReader, parsePrediction } from './protocol/read-predictions.ts';
export {
  computeAuprTrapezoid,
  computeCurve,
  computeHistogram,
  computeReliability,
  type ReliabilityBin,
  type RocPoint,
} from './ranking/curves.ts';
export { type Confusion, computeDecisionMetrics, type DecisionMetrics } from './ranking/decisions.ts';
export { buildRanking, mergeRankings, type Ranking, roundRanking } from './ranking/ranking.ts';
export { measureTime, type Span } from './time/measure-time.ts';
export { computeNabScore, NAB_PROFILES, type NabScore, type Window } from './time/nab.ts';
