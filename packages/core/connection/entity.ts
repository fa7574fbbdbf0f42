import type { Entity, EntityKind } from '../platform/index.ts';
import type { SealedSecret } from './seal.ts';

/** Whom a tenant's own key is for: two providers of models, and an endpoint of the tenant's that cuts pictures into masks. */
export const PROVIDERS = ['openai', 'gemini', 'segmenter'] as const;

export type Provider = (typeof PROVIDERS)[number];

/** A tenant's own key for a provider. Times are epoch ms. */
export interface Connection extends Entity {
  readonly provider: Provider;
  /** Where the segmenter is; absent for providers that everybody reaches at the same place. */
  readonly url?: string | undefined;
  /** The end of the key, safe to show. */
  readonly displayHint: string;
  /** Absent once it is archived. */
  readonly sealed?: SealedSecret | undefined;
  readonly createdAt: number;
  /** What the provider said the last time it was asked. */
  readonly check?: { readonly at: number; readonly isWorking: boolean; readonly detail: string } | undefined;
  readonly archivedAt?: number | undefined;
}

export const connectionKind: EntityKind<Connection> = {
  name: 'connection',
  place: ({ id, archivedAt }) => ({
    byTenant: { partition: archivedAt === undefined ? 'connection' : 'connection:archived', sort: id },
  }),
};
