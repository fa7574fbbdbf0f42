import { readResult } from '@loupe/core/evaluation';
import { DEFAULT_CALL_SETTINGS, DEFAULT_PROMPT_SETTINGS } from '@loupe/core/profile';
import type { EvaluationVariantResolvers } from '../../generated/types.ts';
import { showLocalisation, showReport } from './show-metrics.ts';

export const evaluationVariant: EvaluationVariantResolvers = {
  // Settings that were stored before a field was there have its default.
  calls: ({ calls }) => calls && { ...DEFAULT_CALL_SETTINGS, ...calls },
  prompt: ({ prompt }) => prompt && { ...DEFAULT_PROMPT_SETTINGS, ...prompt },
  async result({ evaluation, position }, _args, { tenant }) {
    const stored = await readResult(tenant().scope, evaluation);
    const variant = stored?.variants[position];
    if (!variant) return null;
    return {
      ...variant,
      judged: stored.judged[position] ?? 0,
      clean: showReport(variant.clean),
      paper: showReport(variant.paper),
      localisation: variant.localisation ? showLocalisation(variant.localisation) : null,
      modalities: variant.modalities ?? [],
      roc: variant.curve,
      histogram: variant.histogram.map(({ from, to, positives, negatives }) => ({
        from,
        to,
        anomalous: positives,
        normal: negatives,
      })),
      reliability: variant.reliability.map(({ positiveShare, ...bin }) => ({
        ...bin,
        anomalousShare: positiveShare,
      })),
    };
  },
};
