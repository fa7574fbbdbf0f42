/** A stretch of anomalous points: positions in the series, both included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Weights of the NAB profiles. */
export const NAB_PROFILES = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  fewFalsePositives: { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  fewFalseNegatives: { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
} as const;

export interface NabScore {
  /** Sum of rewards and penalties. */
  readonly raw: number;
  /** 100 · (raw − null) / (perfect − null): 0 for no detection, 100 for every window at once; `null` without a window. */
  readonly normalised: number | null;
  readonly windowsFound: number;
  readonly windows: number;
  readonly falseAlarms: number;
}

/**
 * Score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, arXiv 1510.03336). A window's best detection earns
 * σ(y) / σ(−1) with y from −1 at its start towards 0 at its end, a missed one costs the weight of a false negative; a
 * detection outside costs up to the weight of a false positive, growing with its distance from the window before, and
 * all of it where there is none. σ(y) = 2 / (1 + e^5y) − 1, and −1 from y = 3 on. The first 15 % of the points, 750 at
 * most, are left out for detectors that learn.
 *
 * @param length points of the series
 * @param detections positions of detections
 * @param windows in order, apart from each other
 */
export function computeNabScore(
  length: number,
  detections: readonly number[],
  windows: readonly Window[],
  options: { readonly profile?: keyof typeof NAB_PROFILES; readonly probation?: boolean } = {},
): NabScore {
  const weights = NAB_PROFILES[options.profile ?? 'standard'];
  const start = options.probation === false ? 0 : Math.min(Math.floor(0.15 * length), 0.15 * 5000);
  const counted = windows.filter(({ to }) => to >= start);
  const best = new Map<Window, number>();
  let [penalty, falseAlarms] = [0, 0];
  for (const at of new Set(detections)) {
    if (at < start || at >= length) continue;
    const window = counted.find(({ from, to }) => at >= from && at <= to);
    if (window) {
      const position = -(window.to - at + 1) / (window.to - window.from + 1);
      const reward = (scaleSigmoid(position) * weights.truePositive) / scaleSigmoid(-1);
      best.set(window, Math.max(best.get(window) ?? -weights.falseNegative, reward));
      continue;
    }
    falseAlarms++;
    const before = windows.findLast(({ to }) => to < at);
    const distance = before ? (at - before.to) / Math.max(1, before.to - before.from) : 3;
    penalty += scaleSigmoid(distance) * weights.falsePositive;
  }
  const missed = (counted.length - best.size) * -weights.falseNegative;
  const raw = [...best.values()].reduce((sum, value) => sum + value, 0) + missed + penalty;
  const none = -weights.falseNegative * counted.length;
  const perfect = weights.truePositive * counted.length;
  return {
    raw,
    normalised: counted.length === 0 ? null : (100 * (raw - none)) / (perfect - none),
    windowsFound: best.size,
    windows: counted.length,
    falseAlarms,
  };
}

function scaleSigmoid(position: number): number {
  return position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
