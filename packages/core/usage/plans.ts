/** What a tenant may use. Set by the operator; sizes in bytes, money in micro-USD. */

export const QUOTAS = ['INSPECTIONS', 'TOKENS', 'SPEND_MICRO_USD', 'STORAGE_BYTES', 'SEATS'] as const;

export type Quota = (typeof QUOTAS)[number];

/** Cost of queries: objects a request may give, and 10 for each mutation. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Plan {
  /** Of one credential. */
  readonly credentialRate: RateLimit;
  /** Of all credentials together. */
  readonly tenantRate: RateLimit;
  /** Undefined means no limit. The first three count by calendar month (UTC), the others for good. */
  readonly quotas: Readonly<Partial<Record<Quota, number>>>;
  /** Rows a counter is spread over: more of them take more reservations a second. */
  readonly shards: number;
}

const GIBIBYTE = 1024 ** 3;

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
    shards: 8,
  },
  /** Without quotas. */
  ENTERPRISE: {
    credentialRate: { perSecond: 50_000, burst: 1_000_000 },
    tenantRate: { perSecond: 100_000, burst: 2_000_000 },
    quotas: {},
    shards: 8,
  },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof PLANS;

export const DEFAULT_PLAN: PlanName = 'STANDARD';

export function findPlan(name: PlanName | undefined): Plan {
  return PLANS[name ?? DEFAULT_PLAN];
}
