import type { ModelUsage } from './entity.ts';

/** What two series of model calls used together; a figure one of them does not know is unknown. */
export function addUsage(
  earlier: ModelUsage | undefined,
  later: ModelUsage | undefined,
): ModelUsage | undefined {
  if (!earlier || !later) return later ?? earlier;
  const add = (field: 'inputTokens' | 'outputTokens' | 'costMicroUsd') => {
    const [left, right] = [earlier[field], later[field]];
    return left === undefined || right === undefined ? undefined : left + right;
  };
  return {
    modelVersion: later.modelVersion,
    inputTokens: add('inputTokens'),
    outputTokens: add('outputTokens'),
    costMicroUsd: add('costMicroUsd'),
  };
}
