import { type ItemResult, isCostUnknown } from '@loupe/core/evaluation';
import {
  computeCurve,
  computeHistogram,
  computeReliability,
  type Group,
  GroupBuilder,
  judgeGroups,
  LocalisationTally,
  measure,
  mergeGroups,
  type Paired,
} from '@loupe/metrics';
import type { ModalityResult, SliceResult, VariantResult, WrongItem } from '@loupe/metrics/report';

/** Wrong answers shown of each kind. */
const SHOWN = 8;
const MAX_REASONING = 400;
/** Edges of latency bins grow by this factor: percentiles are right to 2 %. */
const LATENCY_STEP = 1.02;
/** Numbers that stand for decisions; 0 is for no answer. */
const DECISIONS = { NORMAL: 1, ANOMALOUS: 2, UNCERTAIN: 3 } as const;

/** Collects the results of one variant in numbers: what it holds grows by some 40 bytes an item. */
export class VariantTally {
  readonly name: string;
  readonly threshold: number;
  judged = 0;
  readonly #seed: number;
  /** Score by position in the dataset; NaN where there is none. */
  readonly #scores: Float64Array;
  readonly #labels: Uint8Array;
  readonly #decisions: Uint8Array;
  readonly #classes = new Map<string, GroupBuilder>();
  readonly #defects = new Map<string, GroupBuilder>();
  readonly #modalities = new Map<string, GroupBuilder>();
  readonly #localisation = new LocalisationTally();
  readonly #latencies = new Map<number, number>();
  #cost = 0;
  #costUnknown = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  readonly #misses: WrongItem[] = [];
  readonly #falseAlarms: WrongItem[] = [];

  constructor(name: string, items: number, threshold: number, seed: number) {
    this.name = name;
    this.threshold = threshold;
    this.#seed = seed;
    this.#scores = new Float64Array(items).fill(Number.NaN);
    this.#labels = new Uint8Array(items);
    this.#decisions = new Uint8Array(items);
  }

  add(result: ItemResult): void {
    const { index, anomalous, outcome, latencyMs, defectType } = result;
    const score = result.score ?? null;
    this.judged++;
    this.#scores[index] = score ?? Number.NaN;
    this.#labels[index] = anomalous ? 1 : 0;
    this.#decisions[index] = score === null ? 0 : DECISIONS[result.decision];
    take(this.#classes, result.class).add({ anomalous, score, outcome });
    if (anomalous && defectType) take(this.#defects, defectType).add({ anomalous, score, outcome });
    if (result.modality) take(this.#modalities, result.modality).add({ anomalous, score, outcome });
    if (result.localisation) this.#localisation.add(result.localisation);
    this.#cost += result.costMicroUsd ?? 0;
    if (isCostUnknown(result)) this.#costUnknown++;
    this.#inputTokens += result.inputTokens ?? 0;
    this.#outputTokens += result.outputTokens ?? 0;
    if (latencyMs !== undefined) {
      const bin = Math.round(Math.log(Math.max(1, latencyMs)) / Math.log(LATENCY_STEP));
      this.#latencies.set(bin, (this.#latencies.get(bin) ?? 0) + 1);
    }
    if (score === null || score >= this.threshold === anomalous) return;
    if (anomalous) keepWorst(this.#misses, result, score, 1);
    else keepWorst(this.#falseAlarms, result, score, -1);
  }

  /** Scores of the items that both answered. */
  pair(other: VariantTally): Paired | undefined {
    const [labels, first, second] = [this.#labels.slice(), this.#scores.slice(), other.#scores.slice()];
    let items = 0;
    for (let i = 0; i < labels.length; i++) {
      if (Number.isNaN(first[i]) || Number.isNaN(second[i])) continue;
      labels[items] = labels[i] as number;
      first[items] = first[i] as number;
      second[items++] = second[i] as number;
    }
    if (items === 0) return undefined;
    return {
      labels: labels.subarray(0, items),
      first: first.subarray(0, items),
      second: second.subarray(0, items),
    };
  }

  /** Share of the items that both answered whose decision is the same; null when there are none. */
  countAgreement(other: VariantTally): { items: number; agreement: number | null } {
    let [items, same] = [0, 0];
    for (let i = 0; i < this.#decisions.length; i++) {
      const [ours, theirs] = [this.#decisions[i], other.#decisions[i]];
      if (!ours || !theirs) continue;
      items++;
      if (ours === theirs) same++;
    }
    return { items, agreement: items === 0 ? null : same / items };
  }

  describe(): VariantResult {
    const groups = new Map([...this.#classes].map(([name, builder]) => [name, builder.build()]));
    const all = mergeGroups([...groups.values()]);
    const options = { threshold: this.threshold, seed: this.#seed };
    return {
      name: this.name,
      clean: judgeGroups(groups, { protocol: 'clean', ...options }),
      paper: judgeGroups(groups, { protocol: 'paper', ...options }),
      slices: this.#describeSlices(all),
      modalities: this.#describeModalities(),
      localisation: this.#localisation.describe(),
      curve: computeCurve(all.ranking),
      reliability: computeReliability(all.ranking),
      histogram: computeHistogram(all.ranking),
      costMicroUsd: this.#cost,
      costUnknownCount: this.#costUnknown,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      latencyP50Ms: this.#findLatency(0.5),
      latencyP95Ms: this.#findLatency(0.95),
      misses: this.#misses,
      falseAlarms: this.#falseAlarms,
    };
  }

  /** Each defect's items against all normal ones. */
  #describeSlices(all: Group): SliceResult[] {
    const normals = {
      ...all.ranking,
      positives: new Int32Array(all.ranking.positives.length),
      positiveCount: 0,
    };
    return [...this.#defects.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, builder]) => {
        const defect = builder.build();
        const { ranking } = mergeGroups([defect, { ...all, ranking: normals }]);
        const { metrics } = measure(ranking, { threshold: this.threshold });
        const items = Object.values(defect.outcomes).reduce((sum, { anomalous }) => sum + anomalous, 0);
        return { name, items, recall: metrics.recall, auroc: metrics.auroc };
      });
  }

  #describeModalities(): ModalityResult[] {
    return [...this.#modalities.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([modality, builder]) => {
        const { ranking } = builder.build();
        const { recall, specificity, auroc } = measure(ranking, { threshold: this.threshold }).metrics;
        const { positiveCount: anomalous, negativeCount: normal } = ranking;
        return { modality, anomalous, normal, recall, specificity, auroc };
      });
  }

  #findLatency(q: number): number | null {
    const bins = [...this.#latencies].sort(([a], [b]) => a - b);
    const total = bins.reduce((sum, [, count]) => sum + count, 0);
    let seen = 0;
    for (const [bin, count] of bins) {
      seen += count;
      if (seen >= q * total) return Math.round(LATENCY_STEP ** bin);
    }
    return null;
  }
}

function take(builders: Map<string, GroupBuilder>, name: string): GroupBuilder {
  const known = builders.get(name) ?? new GroupBuilder();
  builders.set(name, known);
  return known;
}

function describeWrong(result: ItemResult, score: number): WrongItem {
  const { item, sampleId, class: className, defectType, reasoning } = result;
  return {
    item,
    sampleId,
    class: className,
    defectType,
    score,
    reasoning: reasoning.slice(0, MAX_REASONING),
  };
}

/** Keeps the furthest on the wrong side; among equals by name, so that the order of arrival does not matter. */
function keepWorst(kept: WrongItem[], result: ItemResult, score: number, direction: 1 | -1): void {
  const compare = (one: Pick<WrongItem, 'score' | 'item'>, other: Pick<WrongItem, 'score' | 'item'>) =>
    direction * (one.score - other.score) || (one.item < other.item ? -1 : 1);
  const last = kept[SHOWN - 1];
  if (last && compare(last, { score, item: result.item }) < 0) return;
  kept.push(describeWrong(result, score));
  kept.sort(compare);
  kept.length = Math.min(SHOWN, kept.length);
}
