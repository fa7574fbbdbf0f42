import type { Geometry } from '@loupe/vision';
import { nameRole } from './closer/make-pictures.ts';
import type { Size } from './closer/picture-tools.ts';
import { type PlannedPicture, planPictures } from './closer/plan-pictures.ts';
import { nameDetail } from './closer/plan-size.ts';
import { findWindows } from './closer/windows.ts';
import type { LookPurpose } from './fuse-looks.ts';
import { arrangeContent } from './models/arrange-content.ts';
import { describeModel } from './models/catalogue.ts';
import { estimateTokens } from './models/estimate.ts';
import { priceCall } from './models/price.ts';
import type { ModelImage, ModelQuestion, ModelTraits } from './models/vision-model.ts';
import { listFramings, writeCall } from './prepare-calls.ts';
import type { CorrectedCase } from './prompts/exemplar-part.ts';
import { writeSchema } from './prompts/format-part.ts';
import type { JudgeProfile } from './prompts/profile.ts';
import type { Reading } from './prompts/settings.ts';

/** Text or picture, in the order in which they are sent. */
export type PreviewContent = { readonly text: string } | { readonly picture: PlannedPicture };

/** One question before it is asked. */
export interface CallPreview {
  readonly purpose: LookPurpose;
  readonly content: readonly PreviewContent[];
  /** An estimate: text by its length, pictures by the model's rule. */
  readonly inputTokens: number;
  /** Most tokens of the answer. */
  readonly outputTokens: number;
  /** At those tokens, rounded; null when the model's price is not known. */
  readonly costMicroUsd: number | null;
}

export interface PreviewRequest {
  readonly profile: JudgeProfile;
  readonly model: { readonly id: string; readonly traits: ModelTraits };
  readonly query: readonly (Size & { readonly geometry: Geometry })[];
  readonly references: readonly (readonly Size[])[];
  /** Corrected cases that stand for those which are chosen when the sample is judged. */
  readonly exemplars?: readonly (CorrectedCase & Size)[];
  readonly readings?: readonly Reading[];
  /** Epoch ms; prices change. */
  readonly now: number;
}

export interface Preview {
  readonly calls: readonly CallPreview[];
  /** What cannot be known before, a sentence each. */
  readonly notes: readonly string[];
}

const NO_BYTES = new Uint8Array();
const EVIDENCE = '(What the embedded detector finds stands here.)';

/**
 * What a sample's first looks would send, and cost, worked out from sizes alone: no picture is read and nothing is sent.
 *
 * @throws PromptError as judging would
 */
export function previewCalls(request: PreviewRequest): Preview {
  const { profile, model, query, references, exemplars = [], now } = request;
  const { traits } = model;
  const plan = planPictures({ profile, traits, query, references, exemplars });
  const windows = traits.comparesReferences ? [] : findWindows(query);
  const evidence = profile.evidence === 'TEXT' || profile.evidence === 'OVERLAY' ? [EVIDENCE] : [];
  const images = plan.pictures.map((picture) => ({ picture, image: standIn(picture, profile) }));
  const provider = describeModel(model.id)?.provider;
  const calls = listFramings(profile, traits).map((framing): CallPreview => {
    const prompt = writeCall(request, plan, windows, framing, evidence);
    const question: ModelQuestion = {
      text: prompt.text,
      images: images.map(({ image }) => image),
      maxTokens: traits.maxTokens,
      schema: writeSchema(prompt.form),
      ...(profile.order === undefined ? {} : { order: profile.order }),
    };
    const usual = provider === 'gemini' || provider === 'vertex' ? 'TEXT_LAST' : 'TEXT_FIRST';
    const content = arrangeContent<PreviewContent | undefined>(question, usual, {
      text: (text) => ({ text }),
      image: (image) => {
        const found = images.find((candidate) => candidate.image === image);
        return found && { picture: found.picture };
      },
    });
    // The embedded detector reads no text and costs nothing.
    const tokens = traits.comparesReferences
      ? { inputTokens: 0, outputTokens: 0 }
      : estimateTokens(traits, question);
    const cost = priceCall(traits.prices, tokens, now);
    return {
      purpose: framing,
      content: content.filter((each) => each !== undefined),
      ...tokens,
      costMicroUsd: cost === null ? null : Math.round(cost),
    };
  });
  return { calls, notes: traits.comparesReferences ? [] : describeUnknown(profile, exemplars.length) };
}

function standIn(
  { kind, view, widthPx, heightPx }: PlannedPicture,
  { detail = 'AUTO' }: JudgeProfile,
): ModelImage {
  const named = nameDetail(detail);
  return {
    role: nameRole(kind),
    view,
    mediaType: 'image/jpeg',
    bytes: NO_BYTES,
    widthPx,
    heightPx,
    ...(named === undefined ? {} : { detail: named }),
  };
}

function describeUnknown({ referenceChoice, marks, secondLook }: JudgeProfile, exemplars: number): string[] {
  return [
    ...(exemplars > 0
      ? [
          'The nearest corrected cases are chosen when the sample is judged; the newest ones stand for them here.',
        ]
      : []),
    ...(referenceChoice === 'NEAREST'
      ? ['The nearest references are chosen when the sample is judged; the first ones stand for them here.']
      : []),
    ...(marks === 'SEGMENTER'
      ? ['The segmenter is asked when the sample is judged; superpixels stand for its masks where it fails.']
      : []),
    ...(secondLook ? ['An UNCERTAIN sample has one more call, with enlarged places.'] : []),
    'An answer that cannot be read, or a refusal for medical reasons, has one more call each.',
  ];
}
