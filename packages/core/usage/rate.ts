import type { Session } from '../access/index.ts';
import {
  ConditionFailedError,
  createTenantScope,
  LimitError,
  type Platform,
  type TenantScope,
} from '../platform/index.ts';
import { findPlan, type RateLimit } from './plans.ts';

/**
 * Token buckets over all workers. The bucket is a row; a worker borrows a part of it and spends that by itself, so a busy
 * client costs a write now and then, and one that is refused costs none. A slow client lives on a small allowance of the
 * worker's and never touches the row.
 */

/** Part of a bucket that each worker lends of its own accord. */
const ALLOWANCE = 0.02;
/** Part of a bucket that is borrowed at once. */
const LOAN = 0.05;
/** What is borrowed and not spent by then is lost. */
const LOAN_MS = 2000;
const MAX_TRIES = 5;
const MAX_ENTRIES = 5000;
const OWNER = 'bucket';
/** The operator's own partition: there are the buckets of people who belong to no tenant yet. */
const LOBBY = 'operator';

interface Row {
  readonly rev: number;
  readonly tokens: number;
  /** Epoch ms. */
  readonly at: number;
}

interface Purse {
  allowance: number;
  allowanceAt: number;
  loan: number;
  loanUntil: number;
  blockedUntil: number;
  /** Borrowing of one worker happens one after the other. */
  queue: Promise<void>;
}

/** Takes a request's cost from its credential's bucket and its tenant's. */
export type Charge = (session: Session, cost: number) => Promise<void>;

/** @returns a function that throws LimitError RATE_LIMITED with the wait in ms */
export function createRateLimiter(platform: Platform): Charge {
  const purses = new Map<string, Purse>();

  function findPurse(key: string, limit: RateLimit, now: number): Purse {
    const known = purses.get(key);
    if (known) return known;
    if (purses.size >= MAX_ENTRIES) purses.clear();
    const purse: Purse = {
      allowance: limit.burst * ALLOWANCE,
      allowanceAt: now,
      loan: 0,
      loanUntil: 0,
      blockedUntil: 0,
      queue: Promise.resolve(),
    };
    purses.set(key, purse);
    return purse;
  }

  async function take(scope: TenantScope, who: string, limit: RateLimit, cost: number): Promise<void> {
    const purse = findPurse(`${scope.tenantId}#${who}`, limit, platform.clock());
    if (spend(purse, limit, cost, platform.clock())) return;
    const turn = purse.queue.then(async () => {
      const now = platform.clock();
      if (spend(purse, limit, cost, now)) return;
      if (purse.blockedUntil > now) throw explainWait(purse.blockedUntil - now);
      await borrow(scope, who, limit, cost, purse);
    });
    purse.queue = turn.catch(() => undefined);
    await turn;
  }

  return async (session, cost) => {
    if (session.kind === 'person') {
      const lobby = createTenantScope(platform, LOBBY);
      const { credentialRate } = findPlan(undefined);
      await take(lobby, session.person.personId, credentialRate, capCost(cost, credentialRate));
    }
    if (!('tenantId' in session)) return;
    const plan = findPlan(session.plan);
    const scope = createTenantScope(platform, session.tenantId);
    const who = session.kind === 'member' ? session.memberId : session.apiKeyId;
    const price = capCost(cost, plan.credentialRate);
    await take(scope, who, plan.credentialRate, price);
    await take(scope, 'tenant', plan.tenantRate, price);
  };
}

/** A full bucket pays for any request, or what costs more than it holds would never be served. */
function capCost(cost: number, { burst }: RateLimit): number {
  return Math.min(cost, burst);
}

/** From the worker's allowance, or from what it has borrowed. */
function spend(purse: Purse, limit: RateLimit, cost: number, now: number): boolean {
  const earned = ((now - purse.allowanceAt) / 1000) * limit.perSecond * ALLOWANCE;
  purse.allowance = Math.min(limit.burst * ALLOWANCE, purse.allowance + earned);
  purse.allowanceAt = now;
  if (purse.allowance >= cost) {
    purse.allowance -= cost;
    return true;
  }
  if (purse.loanUntil > now && purse.loan >= cost) {
    purse.loan -= cost;
    return true;
  }
  return false;
}

async function borrow(
  scope: TenantScope,
  who: string,
  limit: RateLimit,
  cost: number,
  purse: Purse,
): Promise<void> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const row = await scope.table.getAttached<Row>(OWNER, who, '#');
    const now = scope.clock();
    const earned = row ? ((now - row.at) / 1000) * limit.perSecond : limit.burst;
    const tokens = Math.min(limit.burst, (row?.tokens ?? 0) + Math.max(0, earned));
    if (tokens < cost) {
      const waitMs = Math.ceil(((cost - tokens) / limit.perSecond) * 1000);
      purse.blockedUntil = now + waitMs;
      throw explainWait(waitMs);
    }
    const loan = Math.min(tokens, Math.max(cost, limit.burst * LOAN));
    const next: Row = { rev: (row?.rev ?? 0) + 1, tokens: tokens - loan, at: now };
    const write = scope.table.attach(OWNER, who, '#', next, {
      replaces: row?.rev,
      ttl: Math.ceil(now / 1000 + limit.burst / limit.perSecond) + 60,
    });
    try {
      await scope.table.transact([write]);
      purse.loan = loan - cost;
      purse.loanUntil = now + LOAN_MS;
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  }
  // So many workers borrow at once that the row can't be had: this one request goes on without.
}

/** The refusal of who has to wait. */
export function explainWait(waitMs: number): LimitError {
  const retryAfterMs = Math.max(50, Math.ceil(waitMs));
  return new LimitError('RATE_LIMITED', `Too much was asked for. Ask again in ${retryAfterMs} ms.`, {
    retryAfterMs,
  });
}
