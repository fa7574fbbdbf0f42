import { assertMay, type TenantRequest } from '../access/index.ts';
import { applyVariant, type Evaluation } from '../evaluation/index.ts';
import { DomainError } from '../platform/index.ts';
import {
  checkBand,
  DEFAULT_CALL_SETTINGS,
  judgesAlike,
  loadProfileVersion,
  type ProfileVersion,
} from '../profile/index.ts';
import { type CascadeItem, type CascadeMeasures, measureCascade } from './measure-cascade.ts';
import { loadEnded, readVariant } from './read-variant.ts';

export interface CascadeInput {
  readonly evaluationId: string;
  /** Names of variants that differ in their models alone. */
  readonly cheap: string;
  readonly strong: string;
  readonly low: number;
  readonly high: number;
}

export interface CascadeEstimate extends CascadeMeasures {
  readonly items: number;
  /** Items that ended in an error, or were not judged, by one of the two. */
  readonly leftOut: number;
}

/**
 * What a cascade of two variants' models would have done on an evaluation's items, at most about 20,000. No model is asked.
 * @throws DomainError NOT_FOUND, or INVALID for an evaluation that goes on or does not tell
 */
export async function estimateCascade(
  { session, scope }: TenantRequest,
  { evaluationId, cheap, strong, low, high }: CascadeInput,
): Promise<CascadeEstimate> {
  assertMay(session, 'evaluation.read');
  checkBand({ low, high }, ['input']);
  const evaluation = await loadEnded(scope, evaluationId);
  const version = await loadProfileVersion(scope, evaluation.profileVersionId);
  const positions = findVariants(evaluation, version, cheap, strong);
  const [first = [], second = []] = await Promise.all(
    positions.map((position) => readVariant(scope, evaluation, position, version.className)),
  );
  const answered = new Map(second.flatMap((one) => (one.outcome === 'ERROR' ? [] : [[one.index, one]])));
  const items = first.flatMap((one): CascadeItem[] => {
    const other = answered.get(one.index);
    return one.outcome === 'ERROR' || !other ? [] : [{ anomalous: one.anomalous, cheap: one, strong: other }];
  });
  if (items.length === 0) {
    throw new DomainError('INVALID', 'The evaluation has no item that both variants answered.', [
      'input',
      'evaluationId',
    ]);
  }
  const seen = new Set([...first, ...second].map(({ index }) => index));
  return { ...measureCascade(items, { low, high }), items: items.length, leftOut: seen.size - items.length };
}

/** Where the two variants stand. @throws DomainError INVALID when a cascade would not ask as they were asked */
function findVariants(
  { variants }: Evaluation,
  version: ProfileVersion,
  cheap: string,
  strong: string,
): readonly number[] {
  const { votes, models, cascade } = { ...DEFAULT_CALL_SETTINGS, ...version.calls };
  if (votes > 1 || models.length > 0 || cascade) {
    const message =
      'The evaluated version has votes, further models or a cascade: a cascade would ask its cheap model once and alone. Evaluate a version without.';
    throw new DomainError('INVALID', message, ['input', 'evaluationId']);
  }
  const find = (field: 'cheap' | 'strong', name: string) => {
    const position = variants.findIndex((one) => one.name === name);
    const variant = variants[position];
    if (variant && !variant.perturbation) return { position, asked: applyVariant(version, variant) };
    const message = `No variant "${name}" that judges undisturbed pictures is there.`;
    throw new DomainError('INVALID', message, ['input', field]);
  };
  const [first, second] = [find('cheap', cheap), find('strong', strong)];
  if (!judgesAlike({ ...first.asked, model: second.asked.model }, second.asked)) {
    const message =
      'The variants differ in more than model and threshold; the models of a cascade are asked alike.';
    throw new DomainError('INVALID', message, ['input', 'cheap']);
  }
  return [first.position, second.position];
}
