import type {
  StoredFigures,
  StoredMetrics,
  StoredReport,
  StoredResult,
  StoredVariant,
} from '@loupe/core/evaluation';

/** Stored figures as the schema has them: records become lists. */

export function showReport({
  threshold,
  resamples,
  resampleAurocError = 0,
  pooled,
  macro,
  classes,
}: StoredReport) {
  return {
    threshold,
    resamples,
    resampleAurocError,
    pooled: showFigures(pooled),
    macro: { ...macro, ...showNotes(macro) },
    classes: Object.entries(classes).map(([name, figures]) => ({ name, metrics: showFigures(figures) })),
  };
}

export function showDifferences({ first, second, comparison }: StoredResult['comparisons'][number]) {
  const { items, differences, mcNemar, resamples = null, resampleAurocError = 0 } = comparison;
  return {
    first,
    second,
    items,
    onlyFirstRight: mcNemar.onlyFirst,
    onlySecondRight: mcNemar.onlySecond,
    pValue: mcNemar.pValue,
    resamples,
    resampleAurocError,
    differences: Object.entries(differences).map(([metric, { value, interval }]) => ({
      metric,
      value,
      low: interval[0],
      high: interval[1],
    })),
  };
}

export function showLocalisation(localisation: NonNullable<StoredVariant['localisation']>) {
  return { ...localisation, reasons: showReasons(localisation.reasons) };
}

function showFigures(figures: StoredFigures) {
  const { alwaysAnomalous, alwaysNormal } = figures.baselines;
  const constant = Math.max(alwaysAnomalous.acc ?? 0, alwaysNormal.acc ?? 0);
  return {
    ...figures,
    ...showNotes(figures),
    anomalousCount: figures.anomalous,
    normalCount: figures.normal,
    baselineAcc: alwaysAnomalous.acc === null ? null : constant,
    missingAsWrongAcc: figures.missingAsWrong.acc,
    outcomes: (['PARSED', 'REPAIRED', 'REFUSED', 'UNPARSEABLE', 'ERROR'] as const).map((outcome) => ({
      outcome,
      count: figures.outcomes[outcome],
    })),
  };
}

function showNotes({ intervals, reasons }: StoredMetrics) {
  return {
    intervals: Object.entries(intervals).map(([metric, [low, high]]) => ({ metric, low, high })),
    reasons: showReasons(reasons),
  };
}

function showReasons(reasons: Readonly<Record<string, string>>) {
  return Object.entries(reasons).map(([metric, reason]) => ({ metric, reason }));
}
