import type { View } from '@loupe/vision';
import { makePictures } from '../closer/make-pictures.ts';
import type { PictureTools } from '../closer/picture-tools.ts';
import { planPictures } from '../closer/plan-pictures.ts';
import type { LedgerTotal } from '../ledger.ts';
import type { Clock, VisionModel } from '../models/vision-model.ts';
import { cleanText, PROMPT_LIMITS } from '../prompts/customer-text.ts';
import { askFreely } from './ask-freely.ts';
import { type Proposal, readProposal } from './read-proposal.ts';

export interface ProposeRequest {
  readonly className: string;
  readonly modality?: string;
  /** Views of samples that are normal, at least one. */
  readonly references: readonly (readonly View[])[];
  readonly model: VisionModel;
  readonly pictures?: PictureTools;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

const PROPOSAL_TOKENS = 1500;
const MAX_REASON = 500;

const texts = { type: 'array', items: { type: 'string' } };
const SCHEMA = {
  type: 'object',
  properties: {
    normality: { type: 'string' },
    rules: texts,
    known_defects: texts,
    counts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { of: { type: 'string' }, least: { type: 'integer' }, most: { type: 'integer' } },
        required: ['of', 'least', 'most'],
        additionalProperties: false,
      },
    },
    attributes: {
      type: 'array',
      items: {
        type: 'object',
        properties: { of: { type: 'string' }, allowed: texts },
        required: ['of', 'allowed'],
        additionalProperties: false,
      },
    },
  },
  required: ['normality', 'rules', 'known_defects', 'counts', 'attributes'],
  additionalProperties: false,
};

/** A proposal, or why there is none. */
export type Proposed = LedgerTotal &
  (
    | { readonly outcome: 'PARSED'; readonly proposal: Proposal }
    | { readonly outcome: 'REFUSED' | 'UNPARSEABLE'; readonly reason: string }
  );

/**
 * Has a model propose normality, rules, known defects and a checklist from pictures of normal objects, for a person to
 * edit. The embedded detector proposes the sentences of arXiv 2403.11083's template.
 *
 * @throws ModelError when the model gives no answer
 */
export async function proposeProfile(request: ProposeRequest): Promise<Proposed> {
  const { model, references, pictures } = request;
  const className = cleanText(request.className, 'className', PROMPT_LIMITS.className);
  if (model.traits.comparesReferences) return proposeTemplate(className, model.id);
  const views = references.flat();
  const profile = { className, rules: [], defects: [], preset: 'CLASS' as const };
  const plan = planPictures({ profile, traits: model.traits, query: views, references: [] });
  const { images } = await makePictures(plan, {
    query: views,
    references: [],
    detail: 'AUTO',
    markCount: 0,
    tools: pictures,
    signal: request.signal,
  });
  const text = writeText(className, images.length);
  const {
    fields,
    text: written,
    isRefused,
    ...total
  } = await askFreely(request, { text, images, schema: SCHEMA }, PROPOSAL_TOKENS);
  const proposal = fields && readProposal(fields);
  if (proposal !== undefined) return { ...total, outcome: 'PARSED', proposal };
  return isRefused
    ? { ...total, outcome: 'REFUSED', reason: `The model declined: ${written.slice(0, MAX_REASON)}` }
    : { ...total, outcome: 'UNPARSEABLE', reason: 'The model wrote no proposal that can be read.' };
}

function writeText(className: string, images: number): string {
  const many = images > 1;
  return [
    `The ${many ? `${images} images show normal objects` : 'image shows a normal object'} of the class ${className}. An inspection will compare other objects with ${many ? 'them' : 'it'}. Propose what it should go by, from what can be seen:`,
    [
      '"normality": one or two sentences on what a normal one looks like, beginning with "Normally, the image given should";',
      '"rules": at most eight sentences that each can be checked by looking, e.g. on parts that must be there and how they lie;',
      '"known_defects": at most eight kinds of defects to expect, a few words each;',
      '"counts": things to count, with the least and the most that are normal; "attributes": properties such as a colour, with the values that are normal.',
    ].join('\n'),
    'Leave out what pictures of one object cannot tell apart from chance, such as light, pose or background.',
    'Answer with one JSON object and nothing else: {"normality": string, "rules": [string], "known_defects": [string], "counts": [{"of": string, "least": integer, "most": integer}], "attributes": [{"of": string, "allowed": [string]}]}',
  ].join('\n\n');
}

function proposeTemplate(className: string, modelVersion: string): Proposed {
  return {
    outcome: 'PARSED',
    rawAnswers: [],
    usage: { inputTokens: 0, outputTokens: 0 },
    costMicroUsd: 0,
    modelVersion,
    proposal: {
      normality: `Normally, the image given should depict clear and identifiable ${className}.`,
      rules: [],
      knownDefects: ['broken parts', 'contaminations'],
      counts: [],
      attributes: [],
    },
  };
}
