import type { EvaluationBatchResolvers } from '../../generated/types.ts';

export const evaluationBatch: EvaluationBatchResolvers = {
  providerId: ({ batchId }) => batchId ?? null,
  providerStatus: ({ status }) => status ?? null,
};
