import type { Entity, EntityKind } from '../platform/index.ts';
import type { SealedSecret } from './seal.ts';

export const PROVIDERS = ['openai', 'gemini'] as const;

export type Provider = (typeof PROVIDERS)[number];

/** A tenant's own key for a provider of models. Times are epoch ms. */
export interface Connection extends Entity {
  readonly provider: Provider;
  /** The end of the key, safe to show. */
  readonly displayHint: string;
  readonly sealed: SealedSecret;
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
