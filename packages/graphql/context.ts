import { createTenantRequest, type Session, type TenantRequest } from '@loupe/core/access';
import { keepJournal, type RowChange } from '@loupe/core/audit';
import type { CheckProvider } from '@loupe/core/connection';
import type { Platform } from '@loupe/core/platform';
import type { Charge } from '@loupe/core/usage';
import { createLoaders, type Loaders } from './loaders.ts';
import type { ModelDirectory } from './models.ts';
import type { PromptDirectory } from './prompts.ts';
import { openTenantModels } from './tenant-models.ts';

/** What every resolver of one request shares. */
export interface RequestContext {
  readonly requestId: string;
  readonly session: Session;
  readonly platform: Platform;
  /** The models as the caller reaches them; read at first use. @throws UnauthenticatedError unless the credential is a tenant's */
  readonly models: () => Promise<ModelDirectory>;
  /** What the request changed so far. */
  readonly listChanges: () => readonly RowChange[];
  /** Takes the request's cost from its buckets. @throws LimitError RATE_LIMITED */
  readonly charge?: Charge;
  /** Network address of the caller. */
  readonly address?: string | undefined;
  /** Without it connections can't be checked. */
  readonly checkProvider?: CheckProvider;
  readonly prompts: () => Promise<PromptDirectory>;
  /** @throws UnauthenticatedError unless the credential is a tenant's */
  readonly tenant: () => TenantRequest;
  /** @throws UnauthenticatedError unless the credential is a tenant's */
  readonly loaders: () => Loaders;
}

export function createContext(fields: {
  readonly requestId: string;
  readonly session: Session;
  readonly platform: Platform;
  readonly models: () => Promise<ModelDirectory>;
  readonly charge?: Charge;
  readonly address?: string | undefined;
  readonly checkProvider?: CheckProvider;
  readonly prompts: () => Promise<PromptDirectory>;
}): RequestContext {
  const { table, listChanges } = keepJournal(fields.platform.table);
  const platform = { ...fields.platform, table };
  let request: TenantRequest | undefined;
  let loaders: Loaders | undefined;
  let models: Promise<ModelDirectory> | undefined;
  const tenant = () => {
    request ??= createTenantRequest(platform, fields.session);
    return request;
  };
  return {
    ...fields,
    platform,
    listChanges,
    tenant,
    models: async () => {
      models ??= openTenantModels(fields.models(), tenant());
      return models;
    },
    loaders: () => {
      loaders ??= createLoaders(tenant());
      return loaders;
    },
  };
}
