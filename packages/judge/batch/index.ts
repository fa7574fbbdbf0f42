export type { BatchAnswer, BatchService, BatchStatus } from './batch-service.ts';
export { createLaterAnswers, type KnownAnswer, type LaterQuestion } from './later-answers.ts';
