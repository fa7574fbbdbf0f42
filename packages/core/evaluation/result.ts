import type { LocalisationResult } from '@loupe/metrics';
import { ObjectChangedError, type TenantScope } from '../platform/index.ts';
import type { Modality } from '../sample/index.ts';
import { type Evaluation, locateOutput, type PerturbationKind } from './entity.ts';

/** The figures of an evaluation, as its file `result.json` has them and as far as the API shows them. */
export interface StoredResult {
  readonly variants: readonly StoredVariant[];
  readonly judged: readonly number[];
  /** Absent in results from before they were looked for. */
  readonly referenceItems?: readonly string[];
  /** Absent in results from before there were disturbed variants. */
  readonly robustness?: readonly {
    readonly variant: string;
    readonly kind: PerturbationKind;
    readonly points: readonly {
      readonly variant: string;
      readonly strength: number;
      readonly items: number;
      readonly agreement: number | null;
      readonly auroc: number | null;
    }[];
  }[];
  readonly comparisons: readonly {
    readonly first: string;
    readonly second: string;
    readonly comparison: {
      readonly items: number;
      /** Absent in results from before they were noted, as is the other. */
      readonly resamples?: number;
      readonly resampleAurocError?: number;
      readonly differences: Readonly<
        Record<string, { readonly value: number; readonly interval: readonly [number, number] }>
      >;
      readonly mcNemar: {
        readonly onlyFirst: number;
        readonly onlySecond: number;
        readonly pValue: number;
      };
    };
  }[];
}

export interface StoredVariant {
  readonly clean: StoredReport;
  readonly paper: StoredReport;
  readonly slices: readonly {
    readonly name: string;
    readonly items: number;
    readonly recall: number | null;
    readonly auroc: number | null;
  }[];
  /** Absent in results from before they were told apart. */
  readonly modalities?: readonly {
    readonly modality: Modality;
    readonly anomalous: number;
    readonly normal: number;
    readonly recall: number | null;
    readonly specificity: number | null;
    readonly auroc: number | null;
  }[];
  /** Absent in results from before it was measured. */
  readonly localisation?: LocalisationResult;
  readonly curve: readonly {
    /** Null for the point where nothing is called anomalous: JSON has no infinity. */
    readonly threshold: number | null;
    readonly far: number;
    readonly recall: number;
    readonly precision: number;
  }[];
  readonly reliability: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly meanScore: number | null;
    readonly positiveShare: number | null;
  }[];
  readonly histogram: readonly {
    readonly from: number;
    readonly to: number;
    readonly positives: number;
    readonly negatives: number;
  }[];
  readonly costMicroUsd: number;
  /** Absent in results from before it was counted. */
  readonly costUnknownCount?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

export interface StoredReport {
  readonly threshold: number;
  readonly resamples: number;
  /** Absent in results from before scores were drawn together. */
  readonly resampleAurocError?: number;
  readonly pooled: StoredFigures;
  readonly macro: StoredMetrics & { readonly classCount: number };
  readonly classes: Readonly<Record<string, StoredFigures>>;
}

const METRIC_NAMES = [
  'acc',
  'aupr',
  'auprAnomalous',
  'auprNormal',
  'auroc',
  'balancedAcc',
  'brier',
  'ece',
  'f1',
  'f1Max',
  'f1MaxThreshold',
  'farAt100Recall',
  'farAt90Recall',
  'farAt95Recall',
  'kappa',
  'mcc',
  'miss',
  'overkill',
  'precision',
  'recall',
  'recallAt10Fpr',
  'recallAt1Fpr',
  'recallAt5Fpr',
  'specificity',
] as const;

export type StoredMetrics = { readonly [name in (typeof METRIC_NAMES)[number]]: number | null } & {
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly reasons: Readonly<Record<string, string>>;
};

export type StoredFigures = StoredMetrics & {
  readonly items: number;
  readonly missing: number;
  readonly coverage: number | null;
  readonly outcomes: Readonly<Record<'PARSED' | 'REPAIRED' | 'REFUSED' | 'UNPARSEABLE' | 'ERROR', number>>;
  readonly normal: number;
  readonly anomalous: number;
  readonly prevalence: number | null;
  readonly confusion: {
    readonly truePositives: number;
    readonly falsePositives: number;
    readonly falseNegatives: number;
    readonly trueNegatives: number;
  };
  readonly baselines: {
    readonly alwaysAnomalous: { readonly acc: number | null };
    readonly alwaysNormal: { readonly acc: number | null };
  };
  readonly missingAsWrong: { readonly acc: number | null };
};

/** Figures of an evaluation; undefined before they are made. */
export async function readResult(
  scope: TenantScope,
  { id, resultRev }: Evaluation,
): Promise<StoredResult | undefined> {
  if (resultRev === undefined) return undefined;
  try {
    const bytes = await scope.bucket.get(locateOutput(id, resultRev, 'result.json'));
    return JSON.parse(Buffer.from(bytes).toString()) as StoredResult;
  } catch (error) {
    if (error instanceof ObjectChangedError) return undefined;
    throw error;
  }
}
