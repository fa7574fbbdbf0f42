export type { RuleCheck } from './answers/check-rules.ts';
export type { Outcome } from './answers/read-answer.ts';
export { listBatchPrices } from './batch/batch-prices.ts';
export { MASK_LIMITS, MasksError, readMasks } from './closer/masks/read-masks.ts';
export type {
  CropPair,
  Mark,
  MarkSource,
  Picture,
  PictureTools,
  Rectangle,
  Size,
  SourcedView,
} from './closer/picture-tools.ts';
export type { PlannedPicture } from './closer/plan-pictures.ts';
export type { FoundRegion, RegionSource } from './closer/regions.ts';
export type { TimeRange } from './closer/windows.ts';
export {
  type Answer,
  answerQuestion,
  type PastTurn,
  type QuestionRequest,
} from './conversation/answer-question.ts';
export { type ProposeRequest, proposeProfile } from './conversation/propose-profile.ts';
export type { Proposal } from './conversation/read-proposal.ts';
export type { Look, LookPurpose, ScoreSource } from './fuse-looks.ts';
export type { Judgement, JudgeRequest } from './judge.ts';
export { judge } from './judge.ts';
export { CATALOGUE, type CatalogueEntry, describeModel } from './models/catalogue.ts';
export { createModel, isConfigured, type ModelConfig, type ProviderConfig } from './models/create-model.ts';
export type { Provider } from './models/default-traits.ts';
export { estimateTokens, type TokenEstimate } from './models/estimate.ts';
export { MODEL_ERRORS, ModelError, type ModelErrorCode, type Spent } from './models/model-error.ts';
export { findPrice, priceCall } from './models/price.ts';
export type { Detect, Detection } from './models/reference-match.ts';
export { keepVerdictToken, readVerdictProbability } from './models/verdict-probability.ts';
export type {
  AnomalyMap,
  Clock,
  ImageDetail,
  ModelCapabilities,
  ModelImage,
  ModelPrice,
  ModelQuestion,
  ModelReply,
  ModelTraits,
  ProviderQuota,
  ScoredRegion,
  TokenProbability,
  TokenUsage,
  VisionModel,
} from './models/vision-model.ts';
export {
  createLane,
  createPacer,
  type Grant,
  type Lane,
  type PaceReport,
  type Pacer,
  type PaceState,
  type PaceStore,
  type Plan,
  planReturn,
  type Turn,
} from './pacing/index.ts';
export { judgeByCascade } from './panel/cascade.ts';
export { judgeByVotes } from './panel/vote.ts';
export type { Exemplar } from './prepare-calls.ts';
export { type CallPreview, type Preview, type PreviewContent, previewCalls } from './preview-calls.ts';
export { PROMPT_LIMITS, PromptError } from './prompts/customer-text.ts';
export type { CorrectedCase } from './prompts/exemplar-part.ts';
export { type JudgeProfile, PROMPT_PRESETS, type PromptPreset } from './prompts/profile.ts';
export { PLACEHOLDERS, WORDED_PARTS, type WordedPart, type Wording } from './prompts/wording.ts';
export { type Prompt, writePrompt } from './prompts/write-prompt.ts';
export { DEFAULT_THRESHOLD, type Decision, decide, type ThresholdSource } from './scores/decide.ts';
