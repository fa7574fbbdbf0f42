import {
  applyVariant,
  type Evaluation,
  evaluationKind,
  type ItemResult,
  isEvaluationEnded,
  readChunk,
  type Variant,
} from '../evaluation/index.ts';
import { DomainError, load, type TenantScope } from '../platform/index.ts';
import { judgesAlike, loadProfileVersion, type ProfileVersion } from '../profile/index.ts';
import type { LabelledScores } from './labelled-scores.ts';

/** Of a larger evaluation chunks are taken evenly over its items, which may lie sorted by class. */
const MAX_ITEMS = 20_000;
/** Chunks read at once. */
const READS = 8;

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
  const results = await readVariant(scope, evaluation, position);
  // Of items that name their class in the prompt only those of the profile's are asked about alike.
  const alike = evaluation.useItemClass
    ? results.filter((item) => item.class === current.className)
    : results;
  return {
    source: 'EVALUATION',
    evaluationId,
    scores: alike.flatMap(({ score, anomalous }) => (score === undefined ? [] : [{ score, anomalous }])),
  };
}

/** An evaluation that has its results. @throws DomainError NOT_FOUND, INVALID */
async function loadEnded(scope: TenantScope, evaluationId: string): Promise<Evaluation> {
  const path = ['input', 'evaluationId'];
  const evaluation = await load(scope, evaluationKind, evaluationId, path);
  if (isEvaluationEnded(evaluation)) return evaluation;
  throw new DomainError('INVALID', `The evaluation is ${evaluation.state}. Wait until it has ended.`, path);
}

/** What was judged of a variant, by its position; of very many items a part. */
async function readVariant(
  scope: TenantScope,
  evaluation: Evaluation,
  position: number,
): Promise<readonly ItemResult[]> {
  const { variants, itemCount, chunkItems } = evaluation;
  const blocks = Math.ceil(itemCount / variants.length / chunkItems);
  const step = Math.max(1, Math.ceil((blocks * chunkItems) / MAX_ITEMS));
  const taken = Array.from({ length: Math.ceil(blocks / step) }, (_, index) => index * step);
  const results: ItemResult[] = [];
  for (let at = 0; at < taken.length; at += READS) {
    const some = taken.slice(at, at + READS).map((block) => block * variants.length + position);
    const read = await Promise.all(some.map((chunk) => readChunk(scope, evaluation, chunk)));
    results.push(...read.flat());
  }
  return results;
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
