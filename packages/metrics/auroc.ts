import { measure } from './measures.ts';
import { buildRanking } from './ranking/ranking.ts';

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
  const ranking = buildRanking(
    items.map(({ score }) => score),
    items.map(({ anomalous }) => (anomalous ? 1 : 0)),
  );
  return measure(ranking).metrics.auroc ?? undefined;
}
