import type { RuleCheck } from './answers/check-rules.ts';
import type { Outcome } from './answers/read-answer.ts';
import { type Asking, askForVerdict, writeQuestion } from './ask.ts';
import type { PictureTools, SourcedView } from './closer/picture-tools.ts';
import type { FoundRegion } from './closer/regions.ts';
import { limitZooms, makeZooms, pickPlaces, writeSecondLook } from './closer/second-look.ts';
import type { TimeRange } from './closer/windows.ts';
import { fuseScores, type Look, pickSpeaker, type ScoreSource } from './fuse-looks.ts';
import { createLedger, type LedgerTotal } from './ledger.ts';
import type { AnomalyMap, Clock, VisionModel } from './models/vision-model.ts';
import { type Call, type Exemplar, type Prepared, prepareCalls } from './prepare-calls.ts';
import type { JudgeProfile } from './prompts/profile.ts';
import type { Reading } from './prompts/settings.ts';
import { findSuspiciousText } from './prompts/suspicious-text.ts';
import type { Prompt } from './prompts/write-prompt.ts';
import { type FullLook, readLook } from './read-look.ts';
import { type Decision, decide, type ThresholdSource } from './scores/decide.ts';

export interface JudgeRequest {
  readonly profile: JudgeProfile;
  /** The views of the sample, at least one. */
  readonly query: readonly SourcedView[];
  /** The views of each reference sample. */
  readonly references: readonly (readonly SourcedView[])[];
  /** Corrected cases to learn from, the most similar one first; a model that reads no text gets none. */
  readonly exemplars?: readonly Exemplar[];
  /** What was measured of the sample. */
  readonly readings?: readonly Reading[];
  readonly model: VisionModel;
  /** Without them pictures are sent as they are, and what needs them is refused. */
  readonly pictures?: PictureTools;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Most tokens of the answer; default the model's own. */
  readonly maxTokens?: number;
  /** 0 to 2; default the provider's. */
  readonly temperature?: number;
}

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
  /** Of series and video: when it is anomalous. */
  readonly timeRanges: readonly TimeRange[];
  /** Ids of the corrected cases that the model was shown. */
  readonly exemplarIds: readonly string[];
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
 * Judges the views of one sample: prepares pictures and prompts, asks the model, reads the answers and decides. The
 * framing BLEND asks twice; with `secondLook` an UNCERTAIN sample is asked about once more, in zoomed parts.
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
  const prepared = await prepareCalls(request);
  const asking = startAsking(request);
  const looks: FullLook[] = [];
  const texts: string[] = [];
  const look = async (call: Call) => {
    texts.push(call.prompt.text);
    looks.push(readLook(request.query, call, await askForVerdict(asking, call.prompt, call.images)));
  };
  request.model.expect?.(prepared.calls.map(({ prompt, images }) => writeQuestion(asking, prompt, images)));
  for (const call of prepared.calls) await look(call);
  const first = fuseScores(looks);
  const closer = await planSecondLook(request, prepared, looks, first);
  if (closer !== undefined) await look(closer);
  const second = closer === undefined ? undefined : looks.at(-1)?.score;
  // The first looks together weigh as much as the second one.
  const score = first === null || second === undefined || second === null ? first : (first + second) / 2;
  return {
    ...conclude(request, looks, score),
    ...asking.ledger.total(),
    notes: [...prepared.notes, ...looks.flatMap(({ notes }) => notes)],
    prompt: prepared.calls[0].prompt,
    promptTexts: texts,
    latencyMs: request.clock() - start,
  };
}

function startAsking({ model, signal, clock, maxTokens, temperature, profile }: JudgeRequest): Asking {
  const isMedical = profile.modality === 'VOLUME';
  const ledger = createLedger(model);
  const { order, scoreFrom = 'LOGPROB' } = profile;
  const usesLogprobs = scoreFrom === 'LOGPROB' && !model.traits.comparesReferences;
  return { model, signal, clock, ledger, maxTokens, temperature, order, usesLogprobs, isMedical };
}

/** The question about the zoomed places; undefined when the first looks are sure, or there is no place to zoom into. */
async function planSecondLook(
  { profile, query, references, pictures, model }: JudgeRequest,
  { detect }: Prepared,
  looks: readonly FullLook[],
  score: number | null,
): Promise<Call | undefined> {
  if (!profile.secondLook || model.traits.comparesReferences || pictures === undefined) return undefined;
  if (score === null || decide(score, profile).decision !== 'UNCERTAIN') return undefined;
  const measured = ((await detect())?.regions ?? []).map((region) => {
    return { view: 0, ...region, source: 'DETECTOR' as const, label: '' };
  });
  const most = limitZooms(model.traits);
  const places = pickPlaces([...looks.flatMap(({ regions }) => regions), ...measured], most);
  if (places.length === 0) return undefined;
  const { images, arePaired } = await makeZooms(places, query, references, pictures, most);
  const prompt = writeSecondLook(profile, images.length, arePaired);
  return { purpose: 'SECOND_LOOK', prompt, images, marks: [], windows: [] };
}

function conclude(
  { profile, model, query, readings = [], exemplars = [] }: JudgeRequest,
  looks: readonly FullLook[],
  score: number | null,
) {
  const speaker = pickSpeaker(looks);
  const map = looks.find((each) => each.map !== undefined)?.map;
  const quoted = looks.find(({ suspiciousText }) => suspiciousText !== null)?.suspiciousText;
  return {
    outcome: speaker?.outcome ?? ('UNPARSEABLE' as const),
    ...decide(score, profile),
    score,
    scoreSource: speaker?.scoreSource ?? null,
    reasoning: speaker?.reasoning ?? '',
    looks: looks.map(({ purpose, outcome, score: own, scoreSource, reasoning }) => ({
      purpose,
      outcome,
      score: own,
      scoreSource,
      reasoning,
    })),
    ruleChecks: looks.flatMap(({ ruleChecks }) => ruleChecks),
    suspiciousText: quoted ?? findSuspiciousText({ readings, exemplars, query }) ?? null,
    regions: looks.flatMap(({ regions }) => regions),
    timeRanges: looks.flatMap(({ timeRanges }) => timeRanges),
    exemplarIds: model.traits.comparesReferences ? [] : exemplars.map(({ id }) => id),
    ...(map === undefined ? {} : { map }),
  };
}
