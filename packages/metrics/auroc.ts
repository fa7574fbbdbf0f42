/** A score and whether the item is anomalous in truth. */
export interface LabelledScore {
  readonly score: number;
  readonly anomalous: boolean;
}

/**
 * Area under the ROC curve, 0 to 1: the chance that an anomalous item scores above a normal one, ties counted half
 * (Mann–Whitney U; Hanley and McNeil 1982). Undefined unless both classes are present.
 */
export function computeAuroc(items: readonly LabelledScore[]): number | undefined {
  const sorted = items.toSorted((left, right) => left.score - right.score);
  const positives = items.filter(({ anomalous }) => anomalous).length;
  const negatives = items.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end++;
    const meanRank = (start + 1 + end) / 2;
    const tied = sorted.slice(start, end).filter(({ anomalous }) => anomalous).length;
    rankSum += meanRank * tied;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
