import type { Entity, EntityKind } from '../platform/index.ts';

/** A customer. Times are epoch ms. */
export interface Tenant extends Entity {
  readonly name: string;
  readonly createdAt: number;
  readonly archivedAt?: number | undefined;
}

export const tenantKind: EntityKind<Tenant> = { name: 'tenant', place: () => ({}) };
