import { readResult } from '@loupe/core/evaluation';
import type { EvaluationVariantResolvers } from '../../generated/types.ts';
import { showLocalisation, showReport } from './show-metrics.ts';

export const evaluationVariant: EvaluationVariantResolvers = {
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
