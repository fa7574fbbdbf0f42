import type { Entity, EntityKind } from '../platform/index.ts';
import type { PlanName } from '../usage/plans.ts';

/** A customer. Times are epoch ms. */
export interface Tenant extends Entity {
  readonly name: string;
  /** The default one without it. */
  readonly plan?: PlanName | undefined;
  /** How long its audit entries are kept from now on; the usual time without it. */
  readonly auditDays?: number | undefined;
  readonly createdAt: number;
  readonly archivedAt?: number | undefined;
  /** When its deletion began: nothing puts it back to work. */
  readonly closedAt?: number | undefined;
  /** The deletion that is on its way. */
  readonly deletionId?: string | undefined;
}

export const tenantKind: EntityKind<Tenant> = { name: 'tenant', place: () => ({}) };
