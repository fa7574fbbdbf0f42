import type { View } from '@loupe/vision';
import { checkRules, type RuleCheck, scoreChecks } from './answers/check-rules.ts';
import type { Outcome, ReadAnswer } from './answers/read-answer.ts';
import { NO_DETAILS } from './answers/read-details.ts';
import { type Answered, type Asking, askForVerdict } from './ask.ts';
import { describeMeasured, type FoundRegion, placeBoxes } from './closer/regions.ts';
import { fuseScores, type Look, pickSpeaker } from './fuse-looks.ts';
import { createLedger, type LedgerTotal } from './ledger.ts';
import { ModelError } from './models/model-error.ts';
import type { AnomalyMap, Clock, ModelImage, VisionModel } from './models/vision-model.ts';
import { chooseReferences } from './prompts/choose-references.ts';
import { findInstruction } from './prompts/data-part.ts';
import type { JudgeProfile } from './prompts/profile.ts';
import type { CallFraming, Reading } from './prompts/settings.ts';
import { type Prompt, writePrompt } from './prompts/write-prompt.ts';
import { type Decision, decide, type ThresholdSource } from './scores/decide.ts';

export interface JudgeRequest {
  readonly profile: JudgeProfile;
  /** The views of the sample, at least one. */
  readonly query: readonly View[];
  /** The views of each reference sample. */
  readonly references: readonly (readonly View[])[];
  /** What was measured of the sample. */
  readonly readings?: readonly Reading[];
  readonly model: VisionModel;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Most tokens of the answer; default the model's own. */
  readonly maxTokens?: number;
  /** 0 to 2; default the provider's. */
  readonly temperature?: number;
}

/** Where a score comes from; null without a score. */
export type ScoreSource = ReadAnswer['scoreSource'] | 'CHECKLIST' | 'REFERENCE_MATCH';

export interface Judgement extends LedgerTotal {
  readonly outcome: Outcome;
  /** UNCERTAIN without a score: a refused or unreadable answer goes to a person, never past one. */
  readonly decision: Decision;
  /** Anomaly score, 0 to 1; null when REFUSED or UNPARSEABLE. Of several looks their mean. */
  readonly score: number | null;
  readonly scoreSource: ScoreSource | null;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
  /** The model's reason, that of its most certain look; of a refusal or an unreadable answer, what is known of it. */
  readonly reasoning: string;
  /** Every question that was answered, in order. */
  readonly looks: readonly Look[];
  /** One for each rule, count and attribute of a checklist. */
  readonly ruleChecks: readonly RuleCheck[];
  /** Text in the sample that tries to tell the model what to answer; null when none was seen. */
  readonly suspiciousText: string | null;
  readonly regions: readonly FoundRegion[];
  readonly map?: AnomalyMap;
  /** What was mended or contradicts itself, for people. */
  readonly notes: readonly string[];
  /** The prompt of the first call. */
  readonly prompt: Prompt;
  /** The text of every prompt, in the order of `looks`. */
  readonly promptTexts: readonly string[];
  readonly latencyMs: number;
}

/**
 * Judges the views of one sample: writes the prompt, asks the model, reads the answer (asking once more, with the
 * fault named, when it cannot be read) and decides. A profile with the framing BLEND asks twice.
 *
 * @throws ModelError when the model gives no answer; `spent` says what an earlier call had cost.
 * @throws PromptError when a text of the profile is too long for a prompt.
 * @throws RangeError when there is no query view, or threshold or band is out of range.
 */
export async function judge(request: JudgeRequest): Promise<Judgement> {
  const start = request.clock();
  const { profile } = request;
  if (request.query.length === 0) throw new RangeError('query has no view; a judgement needs at least one.');
  // Before anything is paid for: a profile that cannot decide, or be asked with, fails here.
  decide(null, profile);
  const references = pickReferences(request);
  const calls = listFramings(request).map((framing) => planCall(request, framing, references));
  const [first] = calls;
  if (first === undefined) throw new RangeError('There is no framing to ask with.');
  const asking = startAsking(request);
  const looks: FullLook[] = [];
  for (const call of calls) looks.push(await look(asking, request, call));
  return {
    ...conclude(request, looks),
    ...asking.ledger.total(),
    prompt: first.prompt,
    promptTexts: calls.map(({ prompt }) => prompt.text),
    latencyMs: request.clock() - start,
  };
}

/** A question that is ready to be asked. */
interface Call {
  readonly framing: CallFraming;
  readonly prompt: Prompt;
  readonly images: readonly ModelImage[];
}

/** A model that compares by itself reads no text, so one question is all there is to ask. */
function listFramings({ profile, model }: JudgeRequest): readonly CallFraming[] {
  const { framing = 'DIRECT' } = profile;
  if (model.traits.comparesReferences) return ['DIRECT'];
  return framing === 'BLEND' ? ['DIRECT', 'REFUTE'] : [framing];
}

function pickReferences({ profile, references }: JudgeRequest): readonly (readonly View[])[] {
  const { referenceChoice = 'FIRST', referenceCount = references.length, referenceSeed = 0 } = profile;
  const options = { choice: referenceChoice, count: referenceCount, seed: referenceSeed };
  return chooseReferences(references.length, options).flatMap((position) => {
    const views = references[position];
    return views === undefined ? [] : [views];
  });
}

/** @throws ModelError TOO_MANY_IMAGES */
function planCall(
  request: JudgeRequest,
  framing: CallFraming,
  references: readonly (readonly View[])[],
): Call {
  const { profile, model, query, readings = [] } = request;
  const available = references.reduce((sum, views) => sum + views.length, 0);
  const counts = { references: available, queries: query.length, marked: false };
  const prompt = writePrompt(profile, counts, { framing, readings });
  const shown = prompt.references > 0 || model.traits.comparesReferences ? references : [];
  const images = [
    ...shown.flatMap((views) => views.map((view, index) => describeImage('reference', view, index))),
    ...query.map((view, index) => describeImage('query', view, index)),
  ];
  requireCapacity(model, images.length);
  return { framing, prompt, images };
}

function describeImage(role: ModelImage['role'], view: View, index: number): ModelImage {
  const { mediaType, bytes, widthPx, heightPx, geometry } = view;
  return { role, view: index, mediaType, bytes, widthPx, heightPx, geometry };
}

function requireCapacity(model: VisionModel, images: number): void {
  const most = model.traits.imagesPerCall;
  if (most === null || images <= most) return;
  throw new ModelError(
    'TOO_MANY_IMAGES',
    `The model "${model.id}" takes at most ${most} pictures in a call; this judgement needs ${images}. Use fewer references.`,
  );
}

function startAsking({ model, signal, clock, maxTokens, temperature, profile }: JudgeRequest): Asking {
  const isMedical = profile.modality === 'VOLUME';
  return { model, signal, clock, ledger: createLedger(model), maxTokens, temperature, isMedical };
}

/** A look with everything its answer held. */
interface FullLook extends Look {
  readonly scoreSource: ScoreSource | null;
  readonly ruleChecks: readonly RuleCheck[];
  readonly suspiciousText: string | null;
  readonly regions: readonly FoundRegion[];
  readonly map?: AnomalyMap;
  readonly notes: readonly string[];
}

async function look(asking: Asking, request: JudgeRequest, call: Call): Promise<FullLook> {
  return readLook(request, call, await askForVerdict(asking, call.prompt, call.images));
}

function readLook({ query }: JudgeRequest, { framing, prompt }: Call, { reply, answer }: Answered): FullLook {
  const { outcome } = answer;
  const { checks, boxes, suspiciousText } = 'details' in answer ? answer.details : NO_DETAILS;
  const [view] = query;
  const base = {
    purpose: framing,
    outcome,
    suspiciousText,
    regions: [
      ...describeMeasured(reply.extras?.regions ?? []),
      // Which of several pictures a box is in is not asked.
      ...(view !== undefined && query.length === 1 ? placeBoxes(boxes, view) : []),
    ],
    ...(reply.extras?.map === undefined ? {} : { map: reply.extras.map }),
  };
  if ('reason' in answer) {
    const { reason } = answer;
    const reasoning = outcome === 'REFUSED' ? reason : `The answer could not be read: ${reason}`;
    return { ...base, score: null, scoreSource: null, reasoning, ruleChecks: [], notes: [] };
  }
  const { score, reasoning, notes } = answer;
  const measured = reply.extras === undefined ? answer.scoreSource : ('REFERENCE_MATCH' as const);
  if (framing !== 'CHECKLIST') {
    return { ...base, score, scoreSource: measured, reasoning, ruleChecks: [], notes };
  }
  const ruleChecks = checkRules(prompt.checklist, checks);
  const missing = ruleChecks.filter(
    ({ satisfied, evidence }) => satisfied === null && evidence === '',
  ).length;
  return {
    ...base,
    score: scoreChecks(ruleChecks, score),
    scoreSource: 'CHECKLIST',
    reasoning,
    ruleChecks,
    notes: missing === 0 ? notes : [...notes, `${missing} of ${ruleChecks.length} checks were not answered.`],
  };
}

function conclude({ profile, readings = [] }: JudgeRequest, looks: readonly FullLook[]) {
  const score = fuseScores(looks);
  const speaker = pickSpeaker(looks);
  const map = looks.find((each) => each.map !== undefined)?.map;
  return {
    outcome: speaker?.outcome ?? ('UNPARSEABLE' as const),
    ...decide(score, profile),
    score,
    scoreSource: speaker?.scoreSource ?? null,
    reasoning: speaker?.reasoning ?? '',
    looks: looks.map(({ purpose, outcome, score: own, reasoning }) => ({
      purpose,
      outcome,
      score: own,
      reasoning,
    })),
    ruleChecks: looks.flatMap(({ ruleChecks }) => ruleChecks),
    suspiciousText:
      looks.find((each) => each.suspiciousText !== null)?.suspiciousText ?? findInstruction(readings) ?? null,
    regions: looks.flatMap(({ regions }) => regions),
    ...(map === undefined ? {} : { map }),
    notes: looks.flatMap(({ notes }) => notes),
  };
}
