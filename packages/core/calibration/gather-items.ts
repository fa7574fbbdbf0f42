import { applyVariant, type Evaluation, type Variant } from '../evaluation/index.ts';
import { DomainError, type TenantScope } from '../platform/index.ts';
import { judgesAlike, loadProfileVersion, type ProfileVersion } from '../profile/index.ts';
import type { LabelledScores } from './labelled-scores.ts';
import { loadEnded, readVariant } from './read-variant.ts';

export interface EvaluationChoice {
  readonly evaluationId: string;
  /** Name of a variant; without it the first that asks as the profile does. */
  readonly variant?: string | null | undefined;
}

/**
 * The scored items of an evaluation whose variant asks as `current` asks, at most about 20,000.
 * @throws DomainError NOT_FOUND, or INVALID for an evaluation that goes on or asks otherwise
 */
export async function gatherItems(
  scope: TenantScope,
  current: ProfileVersion,
  { evaluationId, variant }: EvaluationChoice,
): Promise<LabelledScores> {
  const evaluation = await loadEnded(scope, evaluationId);
  const position = await findVariant(scope, evaluation, current, variant);
  const results = await readVariant(scope, evaluation, position, current.className);
  return {
    source: 'EVALUATION',
    evaluationId,
    scores: results.flatMap(({ score, anomalous }) => (score === undefined ? [] : [{ score, anomalous }])),
  };
}

async function findVariant(
  scope: TenantScope,
  { profileId, profileVersionId, variants }: Evaluation,
  current: ProfileVersion,
  name: string | null | undefined,
): Promise<number> {
  if (profileId !== current.profileId) {
    throw new DomainError('INVALID', 'The evaluation is of another profile.', ['input', 'evaluationId']);
  }
  const version = await loadProfileVersion(scope, profileVersionId);
  const asksAlike = (variant: Variant) =>
    !variant.perturbation && judgesAlike(applyVariant(version, variant), current);
  const position = variants.findIndex(
    (variant) => (name ?? variant.name) === variant.name && asksAlike(variant),
  );
  if (position >= 0) return position;
  const [what, field] = name
    ? [`The variant "${name}" is not there, or does not ask`, 'variant']
    : ['No variant of the evaluation asks', 'evaluationId'];
  const message = `${what} as the profile asks now: its scores are others.`;
  throw new DomainError('INVALID', message, ['input', field]);
}
