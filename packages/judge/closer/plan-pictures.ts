import type { ImageTokenRule, ModelTraits } from '../models/vision-model.ts';
import { chooseReferences } from '../prompts/choose-references.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import type { MarkSetting } from '../prompts/settings.ts';
import type { PictureCounts } from '../prompts/subject.ts';
import { PRESET_PARTS } from '../prompts/write-prompt.ts';
import type { Size } from './picture-tools.ts';
import { planSize } from './plan-size.ts';

/** What a picture of a question shows. */
export type PlannedKind = 'REFERENCE' | 'QUERY' | 'PAIR' | 'MARKS' | 'EVIDENCE' | 'EXEMPLAR';

/** A picture before it is made. */
export interface PlannedPicture extends Size {
  readonly kind: PlannedKind;
  /** Position of the reference among the profile's; with REFERENCE and PAIR. */
  readonly reference?: number;
  /** Position among the exemplars; with EXEMPLAR. */
  readonly exemplar?: number;
  /** Which view of the reference, the query or the exemplar it is made of, from 0. */
  readonly view: number;
}

export interface PicturePlan {
  /** In the order in which the text counts them. */
  readonly pictures: readonly PlannedPicture[];
  readonly counts: PictureCounts;
  readonly marks: MarkSetting;
}

/** The sizes of the views that there are. */
export interface PlanInput {
  readonly profile: JudgeProfile;
  readonly traits: ModelTraits;
  readonly query: readonly Size[];
  readonly references: readonly (readonly Size[])[];
  /** Corrected cases to learn from, the most similar one first; a view each. */
  readonly exemplars?: readonly Size[] | undefined;
  /** Positions of the references, the one most like the query first, as far as that is known. */
  readonly ranked?: readonly number[];
}

/** Which pictures a question has and how large they are, worked out from sizes alone. */
export function planPictures(input: PlanInput): PicturePlan {
  const { profile, traits, query } = input;
  if (traits.comparesReferences) return planPlain(input);
  const rule = traits.capabilities?.imageTokens;
  const { marks: chosenMarks = 'NONE' } = profile;
  const marks = chosenMarks === 'NONE' && profile.preset === 'MARKS' ? 'SUPERPIXELS' : chosenMarks;
  const measure = (view: Size) => planSize(view, rule, profile.detail ?? 'AUTO');
  const shown = query.map((size, view): PlannedPicture => ({ kind: 'QUERY', view, ...measure(size) }));
  const chosen = pickReferences(input);
  const pairs = profile.layout === 'SIDE_BY_SIDE' ? planPairs(input, chosen[0], rule) : undefined;
  const marked =
    marks === 'NONE' ? [] : shown.map((picture): PlannedPicture => ({ ...picture, kind: 'MARKS' }));
  const [first] = shown;
  const evidence = profile.evidence === 'OVERLAY' && first ? [{ ...first, kind: 'EVIDENCE' as const }] : [];
  const aids = [...marked, ...evidence, ...planExemplars(input, measure)];
  if (pairs !== undefined) {
    const counts = { references: 1, queries: query.length, marked: marked.length > 0 };
    return { pictures: [...pairs, ...aids], counts, marks };
  }
  const references = chosen.flatMap((reference) =>
    (input.references[reference] ?? []).map(
      (size, view): PlannedPicture => ({ kind: 'REFERENCE', reference, view, ...measure(size) }),
    ),
  );
  return {
    pictures: [...references, ...shown, ...aids],
    counts: { references: references.length, queries: query.length, marked: marked.length > 0 },
    marks,
  };
}

/** They stand last: the wording of the papers counts the pictures before them. */
function planExemplars({ exemplars = [] }: PlanInput, measure: (view: Size) => Size): PlannedPicture[] {
  return exemplars.map((size, exemplar) => ({ kind: 'EXEMPLAR', exemplar, view: 0, ...measure(size) }));
}

/** A model that compares by itself gets every reference and view as it is. */
function planPlain({ query, references, profile }: PlanInput): PicturePlan {
  const chosen = chooseReferences(references.length, describeChoice(profile, references.length));
  const shown = chosen.flatMap((reference) =>
    (references[reference] ?? []).map(
      ({ widthPx, heightPx }, view): PlannedPicture => ({
        kind: 'REFERENCE',
        reference,
        view,
        widthPx,
        heightPx,
      }),
    ),
  );
  const queries = query.map(
    ({ widthPx, heightPx }, view): PlannedPicture => ({ kind: 'QUERY', view, widthPx, heightPx }),
  );
  return {
    pictures: [...shown, ...queries],
    counts: { references: shown.length, queries: query.length, marked: false },
    marks: 'NONE',
  };
}

function pickReferences({ profile, references, ranked }: PlanInput): readonly number[] {
  if (!PRESET_PARTS[profile.preset].references) return [];
  return chooseReferences(references.length, describeChoice(profile, references.length), ranked);
}

function describeChoice(profile: JudgeProfile, total: number) {
  const { referenceChoice = 'FIRST', referenceCount = total, referenceSeed = 0 } = profile;
  // Beside each other there is room for one.
  const count = profile.layout === 'SIDE_BY_SIDE' ? 1 : referenceCount;
  return { choice: referenceChoice, count, seed: referenceSeed };
}

/** Each view of the query to the right of the same view of the reference; undefined without a reference. */
function planPairs(
  { query, references, profile }: PlanInput,
  reference: number | undefined,
  rule: ImageTokenRule | undefined,
): PlannedPicture[] | undefined {
  const views = reference === undefined ? undefined : references[reference];
  const [first] = views ?? [];
  if (reference === undefined || views === undefined || first === undefined) return undefined;
  return query.map((size, view) => {
    const other = views[view] ?? first;
    const heightPx = Math.max(size.heightPx, other.heightPx);
    const widthPx = Math.round(
      (size.widthPx * heightPx) / size.heightPx + (other.widthPx * heightPx) / other.heightPx,
    );
    return {
      kind: 'PAIR',
      reference,
      view,
      ...planSize({ widthPx, heightPx }, rule, profile.detail ?? 'AUTO'),
    };
  });
}
