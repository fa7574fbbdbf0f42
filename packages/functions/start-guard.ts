import type { Slot } from '@loupe/core/inspection';
import type { TenantScope } from '@loupe/core/platform';
import { type CallSettings, DEFAULT_CALL_SETTINGS } from '@loupe/core/profile';
import { tenantKind } from '@loupe/core/tenant';
import { DEFAULT_PLAN } from '@loupe/core/usage';
import type { Pacer } from '@loupe/judge';
import { type CallGuard, guardCalls } from './guard-calls.ts';
import { noteFields } from './step.ts';
import { findTenantPaceKey } from './tenant-models.ts';

export interface GuardedWork {
  /** Whose limits of spending hold. */
  readonly profileId: string;
  /** Those of the profile; absent fields have their defaults. */
  readonly settings: Partial<CallSettings>;
  /** The sample whose pictures are shown; answers are kept for one alone. */
  readonly sampleId?: string | undefined;
  /** Calls that are expected of each model. */
  readonly calls: number;
  /** Whether the message may go back to its queue to wait. */
  readonly mayReturn: boolean;
  /** How often the message was received, from 1. */
  readonly tries: number;
  readonly slot?: Slot | undefined;
  /** Epoch ms by which calls have to have ended. */
  readonly deadline: number;
}

/** The tenant was suspended after it asked: nothing more is spent for it. */
export class TenantSuspendedError extends Error {
  override readonly name = 'TenantSuspendedError';
}

/**
 * Guards the calls that one message brings about: within the provider's limits, the tenant's plan and the profile's.
 * @throws TenantSuspendedError
 */
export async function startGuard(
  scope: TenantScope,
  pacer: Pacer,
  { profileId, settings, sampleId, slot, ...work }: GuardedWork,
): Promise<CallGuard> {
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  noteFields({ plan: tenant?.plan ?? DEFAULT_PLAN });
  if (tenant?.archivedAt !== undefined) throw new TenantSuspendedError('The tenant is suspended.');
  const { failFast, cacheAnswers, dailySpendMicroUsd, monthlySpendMicroUsd } = {
    ...DEFAULT_CALL_SETTINGS,
    ...settings,
  };
  const limits = { dailyMicroUsd: dailySpendMicroUsd, monthlyMicroUsd: monthlySpendMicroUsd };
  return guardCalls({
    ...work,
    scope,
    pacer,
    findPaceKey: findTenantPaceKey,
    purse: { profileId, limits, plan: tenant?.plan },
    failFast,
    cacheFor: cacheAnswers ? sampleId : undefined,
    slot,
  });
}
