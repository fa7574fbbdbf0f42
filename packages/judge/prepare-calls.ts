import type { View } from '@loupe/vision';
import { writeEvidence } from './closer/evidence-part.ts';
import { makePictures, type PlacedMark } from './closer/make-pictures.ts';
import type { PictureTools } from './closer/picture-tools.ts';
import { type PicturePlan, planPictures } from './closer/plan-pictures.ts';
import { describeWindows, findWindows, type TimeWindow } from './closer/windows.ts';
import type { LookPurpose } from './fuse-looks.ts';
import { ModelError } from './models/model-error.ts';
import type { Detection } from './models/reference-match.ts';
import type { ModelImage, ModelTraits, VisionModel } from './models/vision-model.ts';
import { type CorrectedCase, writeExemplars } from './prompts/exemplar-part.ts';
import type { JudgeProfile } from './prompts/profile.ts';
import type { CallFraming, Reading } from './prompts/settings.ts';
import { type Prompt, writePrompt } from './prompts/write-prompt.ts';

/** A question that is ready to be asked. */
export interface Call {
  readonly purpose: LookPurpose;
  readonly prompt: Prompt;
  readonly images: readonly ModelImage[];
  /** What the numbers drawn on its pictures stand for. */
  readonly marks: readonly PlacedMark[];
  /** What the numbers of its windows stand for. */
  readonly windows: readonly TimeWindow[];
}

export interface Prepared {
  readonly calls: readonly [Call, ...Call[]];
  /** What the embedded detector finds in the query's first view; undefined without tools. Worked out once. */
  readonly detect: () => Promise<Detection | undefined>;
  readonly notes: readonly string[];
}

/** A corrected case with the view that is shown of it. */
export interface Exemplar extends CorrectedCase {
  /** Names its inspection. */
  readonly id: string;
  readonly view: View;
}

/** What a judgement is made from, as far as preparing needs it. */
export interface PrepareRequest {
  readonly profile: JudgeProfile;
  readonly query: readonly View[];
  readonly references: readonly (readonly View[])[];
  /** Corrected cases to learn from, the most similar one first. */
  readonly exemplars?: readonly Exemplar[];
  readonly readings?: readonly Reading[];
  readonly model: VisionModel;
  readonly pictures?: PictureTools;
  readonly signal: AbortSignal;
}

const MARK_COUNT = 30;

/**
 * Pictures and prompts of the first looks. All of them share their pictures, in the same order, so that a provider's
 * cache of the beginning holds.
 *
 * @throws ModelError TOO_MANY_IMAGES, PromptError, RangeError for what needs picture tools without any
 */
export async function prepareCalls(request: PrepareRequest): Promise<Prepared> {
  const { profile, model, query, references, pictures } = request;
  const plan = planPictures({
    profile,
    traits: model.traits,
    query,
    references,
    exemplars: request.exemplars?.map(({ view }) => view),
    ranked: await rank(request),
  });
  requireCapacity(model, plan.pictures.length);
  const windows = model.traits.comparesReferences ? [] : findWindows(query);
  // Before the work on pictures: a text that cannot go into a prompt fails here.
  const texts = listFramings(profile, model.traits).map((framing) => {
    return [framing, writeCall(request, plan, windows, framing, [])] as const;
  });
  const look = rememberDetection(request);
  const detection = needsDetection(profile, plan) ? await look() : undefined;
  const [view] = query;
  const evidence =
    detection && view && profile.evidence !== undefined && profile.evidence !== 'NONE'
      ? [writeEvidence(detection, view, profile.evidence === 'OVERLAY')]
      : [];
  const {
    images,
    marks,
    notes: made,
  } = await makePictures(plan, {
    query,
    references,
    exemplars: request.exemplars?.map(({ view }) => view),
    detail: profile.detail ?? 'AUTO',
    markCount: profile.markCount ?? MARK_COUNT,
    detection,
    tools: model.traits.comparesReferences ? undefined : pictures,
    signal: request.signal,
  });
  const calls = texts.map(([framing, prompt]): Call => {
    const written = evidence.length === 0 ? prompt : writeCall(request, plan, windows, framing, evidence);
    return { purpose: framing, prompt: written, images, marks, windows };
  });
  const [first, ...more] = calls;
  if (first === undefined) throw new RangeError('There is no framing to ask with.');
  const unranked = pictures === undefined && profile.referenceChoice === 'NEAREST';
  const notes = unranked ? ['The references could not be ranked; the first ones took part.'] : [];
  return { calls: [first, ...more], detect: look, notes: [...notes, ...made] };
}

/** A model that compares by itself reads no text, so one question is all there is to ask. */
export function listFramings(profile: JudgeProfile, traits: ModelTraits): readonly CallFraming[] {
  const { framing = 'DIRECT' } = profile;
  if (traits.comparesReferences) return ['DIRECT'];
  return framing === 'BLEND' ? ['DIRECT', 'REFUTE'] : [framing];
}

interface CallRequest extends Pick<PrepareRequest, 'profile' | 'readings'> {
  readonly exemplars?: readonly CorrectedCase[];
}

/** The prompt of one look, from the plan of its pictures. @throws PromptError */
export function writeCall(
  { profile, readings = [], exemplars = [] }: CallRequest,
  plan: PicturePlan,
  windows: readonly TimeWindow[],
  framing: CallFraming,
  evidence: readonly string[],
): Prompt {
  const firstQuery = plan.pictures.findIndex(({ kind }) => kind === 'QUERY' || kind === 'PAIR');
  const isPaired = plan.pictures.some(({ kind }) => kind === 'PAIR');
  const isShown = plan.pictures.some(({ kind }) => kind === 'EXEMPLAR');
  const { boxes, ...rest } = profile;
  return writePrompt(
    // A box would be in thousandths of both halves.
    isPaired || boxes === undefined ? rest : { ...rest, boxes },
    plan.counts,
    {
      framing,
      readings,
      paragraphs: [
        ...(isPaired ? [PAIRED] : []),
        describeWindows(windows, firstQuery),
        ...evidence,
        writeExemplars(isShown ? exemplars : []),
      ],
      form: { windows: windows.length },
    },
  );
}

const PAIRED =
  'The first and the second image are the halves of one picture: the left half is the first, normal image, the right half the second.';

async function rank({
  profile,
  pictures,
  query,
  references,
  model,
}: PrepareRequest): Promise<readonly number[]> {
  if (profile.referenceChoice !== 'NEAREST' || pictures === undefined) return [];
  if (model.traits.comparesReferences || references.length < 2) return [];
  const [view] = query;
  const firsts = references.flatMap(([first]) => first ?? []);
  return view === undefined || firsts.length < references.length ? [] : pictures.rank(view, firsts);
}

function needsDetection(profile: JudgeProfile, plan: PicturePlan): boolean {
  return plan.marks === 'DETECTOR' || (profile.evidence !== undefined && profile.evidence !== 'NONE');
}

function rememberDetection({
  query,
  references,
  pictures,
  signal,
  model,
}: PrepareRequest): Prepared['detect'] {
  let found: Promise<Detection> | undefined;
  return async () => {
    const [view] = query;
    if (view === undefined || pictures === undefined || model.traits.comparesReferences) return undefined;
    const firsts = references.flatMap(([first]) => first ?? []);
    found ??= pictures.detect(view, firsts, signal);
    return found;
  };
}

function requireCapacity(model: VisionModel, images: number): void {
  const most = model.traits.imagesPerCall;
  if (most === null || images <= most) return;
  throw new ModelError(
    'TOO_MANY_IMAGES',
    `The model "${model.id}" takes at most ${most} pictures in a call; this judgement needs ${images}. Use fewer references.`,
  );
}
