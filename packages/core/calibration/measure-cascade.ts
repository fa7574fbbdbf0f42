import { type CascadeBand, type Decision, decideCheaply } from '@loupe/judge/scores';
import { computeProportion, type Proportion } from '@loupe/metrics';

/** An answer of a model about an item. */
export interface CascadeAnswer {
  readonly score?: number | undefined;
  readonly decision: Decision;
  readonly costMicroUsd?: number | undefined;
}

/** An item as both models of a cascade answered about it, each asked alone. */
export interface CascadeItem {
  readonly anomalous: boolean;
  readonly cheap: CascadeAnswer;
  readonly strong: CascadeAnswer;
}

/** What a way of asking costs, and where it goes wrong. */
export interface CascadeFigures {
  /** Mean per item; null when the cost of a call is not known. */
  readonly costMicroUsd: number | null;
  /** Anomalous items called NORMAL; null without anomalous items. */
  readonly miss: Proportion | null;
  /** Normal items called ANOMALOUS; null without normal items. */
  readonly overkill: Proportion | null;
  /** Items left UNCERTAIN. */
  readonly undecided: Proportion | null;
}

export interface CascadeMeasures {
  readonly cheap: CascadeFigures;
  readonly strong: CascadeFigures;
  readonly cascade: CascadeFigures;
  /** Items about which the strong model is asked. */
  readonly escalated: Proportion | null;
  readonly escalatedNormal: Proportion | null;
  readonly escalatedAnomalous: Proportion | null;
}

/** What became of an item. */
interface Ended {
  readonly anomalous: boolean;
  readonly decision: Decision;
  readonly costMicroUsd: number | undefined;
}

/** A cascade beside either of its models alone, from the answers of both about the same items. */
export function measureCascade(items: readonly CascadeItem[], band: CascadeBand): CascadeMeasures {
  const routed = items.map((item) => ({ item, decision: decideCheaply(item.cheap.score ?? null, band) }));
  const countEscalated = (among: typeof routed) =>
    computeProportion(among.filter(({ decision }) => decision === undefined).length, among.length);
  return {
    cheap: measureEnded(items.map(({ anomalous, cheap }) => end(anomalous, cheap))),
    strong: measureEnded(items.map(({ anomalous, strong }) => end(anomalous, strong))),
    cascade: measureEnded(
      routed.map(({ item: { anomalous, cheap, strong }, decision }) =>
        decision === undefined
          ? { ...end(anomalous, strong), costMicroUsd: add(cheap.costMicroUsd, strong.costMicroUsd) }
          : { ...end(anomalous, cheap), decision },
      ),
    ),
    escalated: countEscalated(routed),
    escalatedNormal: countEscalated(routed.filter(({ item }) => !item.anomalous)),
    escalatedAnomalous: countEscalated(routed.filter(({ item }) => item.anomalous)),
  };
}

function end(anomalous: boolean, { decision, costMicroUsd }: CascadeAnswer): Ended {
  return { anomalous, decision, costMicroUsd };
}

function measureEnded(ended: readonly Ended[]): CascadeFigures {
  const cost = ended.map(({ costMicroUsd }) => costMicroUsd).reduce(add, 0);
  const share = (decision: Decision, among: readonly Ended[]) =>
    computeProportion(among.filter((one) => one.decision === decision).length, among.length);
  return {
    costMicroUsd: cost === undefined || ended.length === 0 ? null : cost / ended.length,
    miss: share(
      'NORMAL',
      ended.filter(({ anomalous }) => anomalous),
    ),
    overkill: share(
      'ANOMALOUS',
      ended.filter(({ anomalous }) => !anomalous),
    ),
    undecided: share('UNCERTAIN', ended),
  };
}

/** A sum with an unknown part is unknown. */
function add(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}
