/** What a tenant may use. Set by the operator; sizes in bytes, money in micro-USD. */

export const QUOTAS = ['INSPECTIONS', 'TOKENS', 'SPEND_MICRO_USD', 'STORAGE_BYTES', 'SEATS'] as const;

export type Quota = (typeof QUOTAS)[number];

/** Cost of queries: objects a request may give, and 10 for each mutation. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export const FILE_LIMITS = ['bytes', 'channels', 'frames', 'pixels', 'points', 'rows', 'seconds'] as const;

export type FileLimitName = (typeof FILE_LIMITS)[number];

/** What one file may have; see the schema for what each means. Checked from its headers, before anything is decoded. */
export type FileLimits = Readonly<Record<FileLimitName, number>>;

export interface Plan {
  /** Of one credential. */
  readonly credentialRate: RateLimit;
  /** Of all credentials together. */
  readonly tenantRate: RateLimit;
  /** Undefined means no limit. The first three count by calendar month (UTC), the others for good. */
  readonly quotas: Readonly<Partial<Record<Quota, number>>>;
  readonly file: FileLimits;
  /** Rows a counter is spread over: more of them take more reservations a second. */
  readonly shards: number;
}

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** As much as the service converts of anything. */
const MOST_OF_A_FILE: FileLimits = {
  bytes: 512 * MEBIBYTE,
  channels: 64,
  frames: 500_000,
  pixels: 200_000_000,
  points: 20_000_000,
  rows: 100_000_000,
  seconds: 4 * 3600,
};

export const PLANS = {
  /** For trying out; what sign-up gives. */
  TRIAL: {
    credentialRate: { perSecond: 100, burst: 2000 },
    tenantRate: { perSecond: 200, burst: 4000 },
    quotas: {
      INSPECTIONS: 200,
      TOKENS: 2_000_000,
      SPEND_MICRO_USD: 5_000_000,
      STORAGE_BYTES: 2 * GIBIBYTE,
      SEATS: 5,
    },
    file: {
      bytes: 50 * MEBIBYTE,
      channels: 64,
      frames: 50_000,
      pixels: 100_000_000,
      points: 5_000_000,
      rows: 10_000_000,
      seconds: 1800,
    },
    shards: 1,
  },
  /** For a plant. */
  STANDARD: {
    credentialRate: { perSecond: 5000, burst: 100_000 },
    tenantRate: { perSecond: 10_000, burst: 200_000 },
    quotas: {
      INSPECTIONS: 1_000_000,
      SPEND_MICRO_USD: 10_000_000_000,
      STORAGE_BYTES: 2000 * GIBIBYTE,
      SEATS: 200,
    },
    file: MOST_OF_A_FILE,
    shards: 8,
  },
  /** Without quotas. */
  ENTERPRISE: {
    credentialRate: { perSecond: 50_000, burst: 1_000_000 },
    tenantRate: { perSecond: 100_000, burst: 2_000_000 },
    quotas: {},
    file: MOST_OF_A_FILE,
    shards: 8,
  },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof PLANS;

export const DEFAULT_PLAN: PlanName = 'STANDARD';

export function findPlan(name: PlanName | undefined): Plan {
  return PLANS[name ?? DEFAULT_PLAN];
}
