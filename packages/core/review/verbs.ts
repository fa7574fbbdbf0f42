import { type Actor, assertMay, nameActor, type TenantRequest } from '../access/index.ts';
import { countReviewHealth } from '../health/index.ts';
import { countReview, type Inspection, inspectionKind, weighReview } from '../inspection/index.ts';
import {
  ConditionFailedError,
  checkOptionalText,
  createOnce,
  DomainError,
  type Draft,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  type TenantScope,
} from '../platform/index.ts';
import { decideTruth } from './decide-truth.ts';
import { type Review, type ReviewKind, reviewKind, type Truth } from './entity.ts';

const MAX_NOTE = 2000;
const MAX_TRIES = 4;
const REVIEWS_PER_READ = 1000;
const MAX_REVIEWS = 5000;

export interface ReviewInput {
  readonly inspectionId: string;
  readonly kind: ReviewKind;
  readonly truth?: Truth | null | undefined;
  readonly note?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Writes down what somebody found of an inspection that is DONE. @throws DomainError NOT_FOUND, INVALID */
export async function createReview({ session, scope }: TenantRequest, input: ReviewInput): Promise<Review> {
  assertMay(session, 'review.create');
  const reviewer = nameActor(session);
  const request = { operation: 'review.create', key: input.idempotencyKey, input };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const created = await createOnce(scope, request, () => draftReview(scope, input, reviewer));
      return 'value' in created ? created.value : await load(scope, reviewKind, created.replayOf, ['input']);
    } catch (error) {
      // Somebody else reviewed or relabelled the inspection at the same time.
      if (!(error instanceof ConditionFailedError) || attempt === MAX_TRIES) throw error;
    }
  }
}

export async function findReviews(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Review | undefined)[]> {
  assertMay(session, 'inspection.read');
  return scope.table.getMany(reviewKind, ids);
}

/** Of an inspection, newest first. */
export async function listReviews(
  { session, scope }: TenantRequest,
  inspectionId: string,
  page: PageRequest,
): Promise<ListPage<Review>> {
  assertMay(session, 'inspection.read');
  return listPage<Review>(scope, 'byParent', `inspection#${inspectionId}#review`, page);
}

/** Of all inspections of a profile, newest first, at most the newest 5000. For those who may see the profile. */
export async function findProfileReviews(scope: TenantScope, profileId: string): Promise<readonly Review[]> {
  const found: Review[] = [];
  let after: string | undefined;
  do {
    const partition = `profile#${profileId}#review`;
    const page = await scope.table.query<Review>('byTenant', partition, {
      limit: REVIEWS_PER_READ,
      after,
      newestFirst: true,
    });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined && found.length < MAX_REVIEWS);
  return found;
}

async function draftReview(scope: TenantScope, input: ReviewInput, reviewer: Actor): Promise<Draft<Review>> {
  const path = ['input', 'inspectionId'];
  const inspection: Inspection = await load(scope, inspectionKind, input.inspectionId, path);
  const { verdict } = inspection;
  if (!verdict) {
    throw new DomainError(
      'INVALID',
      `The inspection is ${inspection.state} and has no verdict to review.`,
      path,
    );
  }
  const review: Review = {
    id: scope.createId('review'),
    rev: 1,
    inspectionId: inspection.id,
    sampleId: inspection.sampleId,
    profileId: inspection.profileId,
    profileVersionId: inspection.profileVersionId,
    kind: input.kind,
    truth: decideTruth(verdict.decision, input.kind, input.truth),
    decision: verdict.decision,
    score: verdict.score,
    note: checkOptionalText(input.note, ['input', 'note'], MAX_NOTE),
    ...reviewer,
    createdAt: scope.clock(),
  };
  const latest = { kind: review.kind, truth: review.truth };
  return {
    id: review.id,
    value: review,
    writes: [
      scope.table.create(reviewKind, review),
      scope.table.replace(inspectionKind, revise(inspection, { review: latest })),
      ...countReview(scope, inspection, latest),
      ...countReviewHealth(scope, inspection, weighReview(inspection.review, latest)),
    ],
  };
}
