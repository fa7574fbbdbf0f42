import { isAnswer, OUTCOMES, type Outcome, type Prediction } from './group.ts';

export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/**
 * Reads predictions made elsewhere, one JSON object per line: `{"item", "class", "label", "score", "outcome"?}`, label
 * 0 normal or 1 anomalous, score a finite number that is greater for more anomalous. The outcome is PARSED unless
 * given; a REFUSED, UNPARSEABLE or ERROR item is a missing answer and needs no score. Empty lines are passed over. An
 * item that comes twice in a class is refused, for it would count twice.
 */
export class PredictionReader {
  readonly predictions: Prediction[] = [];
  readonly badLines: BadLine[] = [];
  readonly #seen = new Map<string, number>();
  #line = 0;
  readonly #variant: string | undefined;

  /** @param variant of a file that holds several, by their field `variant`: lines of the others are passed over */
  constructor(variant?: string) {
    this.#variant = variant;
  }

  read(text: string): void {
    this.#line++;
    if (text.trim() === '') return;
    if (this.#variant !== undefined && readVariant(text, this.#variant) !== this.#variant) return;
    const read = parsePrediction(text);
    if (typeof read === 'string') {
      this.badLines.push({ line: this.#line, reason: read });
      return;
    }
    const key = `${read.class}\n${read.item}`;
    const earlier = this.#seen.get(key);
    if (earlier !== undefined) {
      const reason = `item ${JSON.stringify(read.item)} of class ${JSON.stringify(read.class)} is already on line ${earlier}`;
      this.badLines.push({ line: this.#line, reason });
      return;
    }
    this.#seen.set(key, this.#line);
    this.predictions.push(read);
  }
}

/** The prediction of a line, or the reason why it has none. */
export function parsePrediction(text: string): Prediction | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const { item, class: className, label, score, outcome = 'PARSED' } = value as Record<string, unknown>;
  if (typeof item !== 'string' && typeof item !== 'number') return 'item must be a string';
  if (item === '') return 'item is empty';
  if (typeof className !== 'string' || className === '') return 'class must be a string, not empty';
  if (label !== 0 && label !== 1) return `label must be 0 (normal) or 1 (anomalous), not ${show(label)}`;
  if (!isOutcome(outcome)) return `outcome must be one of ${OUTCOMES.join(', ')}, not ${show(outcome)}`;
  if (isAnswer(outcome) && (typeof score !== 'number' || !Number.isFinite(score))) {
    return `score must be a finite number, not ${show(score)}`;
  }
  return {
    item: String(item),
    class: className,
    anomalous: label === 1,
    score: isAnswer(outcome) ? (score as number) : null,
    outcome,
  };
}

/** Of a line that can't be read it is unknown: it is then not passed over, but a bad one. */
function readVariant(text: string, wanted: string): unknown {
  try {
    return (JSON.parse(text) as { readonly variant?: unknown } | null)?.variant;
  } catch {
    return wanted;
  }
}

function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.some((outcome) => outcome === value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
