import { type Coerced, readCorrectness, readScore } from './coerce.ts';
import { dropThinking } from './drop-thinking.ts';
import { findObjects, type Loose, type LooseObject } from './loose-json.ts';
import { type AnswerDetails, readDetails, readFields } from './read-details.ts';
import { readLines } from './read-lines.ts';
import { declinesToJudge, isRefusal } from './refusal.ts';

/** What a model's answer was. */
export type Outcome = 'PARSED' | 'REPAIRED' | 'REFUSED' | 'UNPARSEABLE';

export interface ReadAnswer {
  readonly outcome: 'PARSED' | 'REPAIRED';
  readonly reasoning: string;
  /** 1 no anomaly, 0 anomaly; null when the answer has only a score. */
  readonly correctness: 0 | 1 | null;
  /** Anomaly score, 0 to 1. */
  readonly score: number;
  /**
   * VERBALISED: the answer's own score. CORRECTNESS: 0 or 1 made from its yes or no. LOGPROB: the probability of the token
   * that says yes or no, which `preferProbability` puts in their place.
   */
  readonly scoreSource: 'LOGPROB' | 'VERBALISED' | 'CORRECTNESS';
  /** What was mended or contradicts itself, for people. */
  readonly notes: readonly string[];
  /** What it holds beyond the verdict. */
  readonly details: AnswerDetails;
}

export interface UnreadAnswer {
  readonly outcome: 'REFUSED' | 'UNPARSEABLE';
  /** A sentence that says why. */
  readonly reason: string;
}

/** Most characters of reasoning that are kept. */
const MAX_REASONING = 4000;

/**
 * Reads a model's answer in the protocol of `prompts/format-part.ts`. Total: any text gives an outcome, in time linear
 * in its length. The score decides where it contradicts `correctness`; a missing score is made from `correctness`.
 */
export function readAnswer(text: string): ReadAnswer | UnreadAnswer {
  const read = readStrictly(text) ?? readLoosely(unwrap(dropThinking(text)));
  const declines = 'score' in read && declinesToJudge(read.reasoning);
  return declines ? { outcome: 'REFUSED', reason: read.reasoning } : read;
}

function readLoosely(text: string): ReadAnswer | UnreadAnswer {
  const objects = findObjects(text);
  const verdicts = pickVerdicts(objects);
  const last = verdicts.at(-1);
  if (last !== undefined) return finish(last, verdicts.length, 'REPAIRED');
  if (isRefusal(text)) return { outcome: 'REFUSED', reason: text.trim().slice(0, MAX_REASONING) };
  const named = objects.some(({ entries }) => entries.has('correctness') || entries.has('anomalyscore'));
  const line = named ? undefined : readVerdict({ entries: readLines(text), depth: 0, cutKey: undefined });
  if (line !== undefined) return finish(line, 1, 'REPAIRED');
  return { outcome: 'UNPARSEABLE', reason: explain(text, objects.length) };
}

/** The text of an answer that was written as a JSON string. */
function unwrap(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

interface Verdict {
  readonly reasoning: string | undefined;
  readonly correctness: Coerced<0 | 1> | undefined;
  readonly score: Coerced<number> | undefined;
  readonly depth: number;
  readonly notes: readonly string[];
  readonly details: AnswerDetails;
}

/** The fast path: exactly one JSON object that holds to the protocol. */
function readStrictly(text: string): ReadAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value));
  const verdict: Verdict = {
    reasoning: asText(fields.get('reasoning')),
    correctness: readCorrectness(fields.get('correctness')),
    score: readScore(fields.get('anomaly_score')),
    depth: 0,
    notes: [],
    details: readDetails(readFields(value) ?? new Map()),
  };
  const holds =
    verdict.reasoning !== undefined &&
    verdict.correctness?.exact === true &&
    (verdict.score === undefined ? !fields.has('anomaly_score') : verdict.score.exact);
  return holds ? finish(verdict, 1, 'PARSED') : undefined;
}

/** The verdicts of the outermost objects that have one; drafts come first, the answer last. */
function pickVerdicts(objects: readonly LooseObject[]): Verdict[] {
  const verdicts = objects.map(readVerdict).filter((verdict) => verdict !== undefined);
  const outermost = verdicts.reduce(
    (least, verdict) => Math.min(least, verdict.depth),
    Number.POSITIVE_INFINITY,
  );
  return verdicts.filter((verdict) => verdict.depth === outermost);
}

function readVerdict({ entries, depth, cutKey }: LooseObject): Verdict | undefined {
  const notes: string[] = [];
  const correctness = readCorrectness(entries.get('correctness'));
  const written = entries.get('anomalyscore');
  const isCut = cutKey === 'anomalyscore';
  const score = isCut ? undefined : readScore(written);
  if (correctness === undefined && score === undefined) return undefined;
  if (isCut) notes.push('The answer ends inside its anomaly_score, which is left out.');
  else if (entries.has('anomalyscore') && score === undefined) {
    notes.push(`anomaly_score ${show(written)} is not a number from 0 to 1 and is left out.`);
  }
  if (entries.has('correctness') && correctness === undefined) {
    notes.push(`correctness ${show(entries.get('correctness'))} is neither 0 nor 1 and is left out.`);
  }
  return {
    reasoning: joinText(entries.get('reasoning') ?? entries.get('reason')),
    correctness,
    score,
    depth,
    notes,
    details: readDetails(entries),
  };
}

function finish(verdict: Verdict, count: number, outcome: 'PARSED' | 'REPAIRED'): ReadAnswer {
  const { correctness, reasoning = '' } = verdict;
  const notes = [...verdict.notes];
  if (count > 1) notes.push(`The answer holds ${count} verdicts; the last one counts.`);
  if (verdict.reasoning === undefined) notes.push('The answer gives no reasoning.');
  if (reasoning.length > MAX_REASONING) {
    notes.push(`The reasoning had ${reasoning.length} characters; the first ${MAX_REASONING} are kept.`);
  }
  const score = verdict.score?.value ?? 1 - (correctness?.value ?? 0);
  if (correctness !== undefined && (correctness.value === 1 ? score > 0.5 : score < 0.5)) {
    notes.push(`correctness ${correctness.value} contradicts anomaly_score ${score}.`);
  }
  return {
    outcome,
    reasoning: reasoning.slice(0, MAX_REASONING).toWellFormed(),
    correctness: correctness?.value ?? null,
    score,
    scoreSource: verdict.score === undefined ? 'CORRECTNESS' : 'VERBALISED',
    notes,
    details: verdict.details,
  };
}

function asText(value: Loose | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A text, or the sentences of a list. */
function joinText(value: Loose | undefined): string | undefined {
  const isList = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
  return isList ? value.join(' ') : asText(value);
}

function show(value: Loose | undefined): string {
  return JSON.stringify(value ?? null).slice(0, 40);
}

function explain(text: string, objects: number): string {
  if (text.trim() === '') return 'it is empty.';
  if (objects === 0) return 'it holds no JSON object.';
  return 'its JSON has neither "correctness" as 0 or 1 nor "anomaly_score" from 0 to 1.';
}
