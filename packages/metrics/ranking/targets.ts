const RECALLS = [0.9, 0.95, 1] as const;
const FALSE_ALARM_RATES = [0.01, 0.05, 0.1] as const;
/** Where their results stand among the quantities of a walk. */
const [FAR_AT, RECALL_AT] = [5, 8];

/** Recalls to be reached and rates to be kept on the way down a ranking. */
export class Targets {
  readonly #positives: number;
  readonly #negatives: number;
  #reached = 0;
  #passed = 0;
  /** Hits that reach the next recall. */
  #needed: number;
  /** False alarms that the next rate allows. */
  #allowed: number;

  constructor(positives: number, negatives: number) {
    this.#positives = positives;
    this.#negatives = negatives;
    this.#needed = this.#countNeeded();
    this.#allowed = this.#countAllowed();
  }

  /** Whether the counts reach a recall or pass a rate that was open before. */
  areWithin(tp: number, fp: number): boolean {
    return tp >= this.#needed || fp > this.#allowed;
  }

  /** Walks a stretch again, from the counts before it, and writes down what is reached and passed in it. */
  find(
    positives: Int32Array,
    negatives: Int32Array,
    start: number,
    end: number,
    tpBefore: number,
    fpBefore: number,
    out: Float64Array,
  ): void {
    let [tp, fp] = [tpBefore, fpBefore];
    for (let i = start; i < end; i++) {
      const before = tp;
      tp += positives[i] as number;
      fp += negatives[i] as number;
      for (; fp > this.#allowed; this.#allowed = this.#countAllowed()) {
        out[RECALL_AT + this.#passed++] = before / this.#positives;
      }
      for (; tp >= this.#needed; this.#needed = this.#countNeeded()) {
        out[FAR_AT + this.#reached++] = fp / this.#negatives;
      }
    }
  }

  /** Rates that were never passed allow everything. */
  finish(out: Float64Array): void {
    while (this.#passed < FALSE_ALARM_RATES.length) out[RECALL_AT + this.#passed++] = 1;
  }

  /** The small amount takes off what the product's rounding put on. */
  #countNeeded(): number {
    const recall = RECALLS[this.#reached];
    return recall === undefined ? Infinity : Math.max(1, Math.ceil((recall - 1e-9) * this.#positives));
  }

  #countAllowed(): number {
    const rate = FALSE_ALARM_RATES[this.#passed];
    return rate === undefined ? Infinity : Math.floor((rate + 1e-9) * this.#negatives);
  }
}
