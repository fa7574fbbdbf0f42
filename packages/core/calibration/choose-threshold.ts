import { DEFAULT_THRESHOLD } from '@loupe/judge/scores';
import { assertMay, nameActor, type TenantRequest } from '../access/index.ts';
import { checkVersion } from '../platform/index.ts';
import { loadActiveProfile, loadProfileVersion, type Profile, saveDefinition } from '../profile/index.ts';
import { gatherItems } from './gather-items.ts';
import { gatherReviews } from './gather-reviews.ts';
import { assertEnough } from './labelled-scores.ts';
import { type BandChoice, pickBand } from './pick-band.ts';
import {
  measureThreshold,
  pickThreshold,
  type ThresholdAim,
  type ThresholdFigures,
} from './pick-threshold.ts';

export interface ChooseThresholdInput {
  readonly profileId: string;
  readonly expectedVersion: number;
  readonly by: ThresholdAim;
  readonly target?: number | null | undefined;
  /** Without it the profile's reviews are what it is chosen from. */
  readonly evaluationId?: string | null | undefined;
  readonly variant?: string | null | undefined;
  /** Share of wrong decisions that is allowed outside of the UNCERTAIN band; without it the band stays. */
  readonly uncertainTarget?: number | null | undefined;
}

/** A threshold, and how it and the one before do on what it was chosen from. */
export interface ThresholdChoice extends ThresholdFigures {
  readonly before: ThresholdFigures;
  readonly band: BandChoice | undefined;
  /** Labelled scores, and those of them that are of anomalous samples. */
  readonly reviews: number;
  readonly anomalousReviews: number;
}

/** Gives a profile the threshold that its reviews or an evaluation speak for, as a new version. @throws DomainError */
export async function chooseThreshold(
  { session, scope }: TenantRequest,
  { profileId, expectedVersion, by, target, evaluationId, variant, uncertainTarget }: ChooseThresholdInput,
): Promise<{ profile: Profile; choice: ThresholdChoice }> {
  assertMay(session, 'profile.update');
  if (evaluationId) assertMay(session, 'evaluation.read');
  const profile = await loadActiveProfile(scope, profileId, ['input', 'profileId']);
  checkVersion(profile.rev, expectedVersion);
  const current = await loadProfileVersion(scope, profile.currentVersionId);
  const labelled = evaluationId
    ? await gatherItems(scope, current, { evaluationId, variant })
    : await gatherReviews(scope, current);
  assertEnough(labelled);
  const { scores, source } = labelled;
  const figures = pickThreshold(scores, by, target);
  const band = uncertainTarget == null ? undefined : pickBand(scores, figures.threshold, uncertainTarget);
  const definition = {
    ...current,
    threshold: figures.threshold,
    thresholdSource: by,
    uncertainBand: band?.uncertainBand ?? current.uncertainBand,
  };
  const [samples, anomalousSamples] = [scores.length, scores.filter(({ anomalous }) => anomalous).length];
  const note = {
    ...nameActor(session),
    source,
    evaluationId: labelled.evaluationId,
    samples,
    anomalousSamples,
  };
  const before = measureThreshold(scores, current.threshold ?? DEFAULT_THRESHOLD);
  return {
    profile: await saveDefinition(scope, profile, { current, definition }, note),
    choice: { ...figures, before, band, reviews: samples, anomalousReviews: anomalousSamples },
  };
}
