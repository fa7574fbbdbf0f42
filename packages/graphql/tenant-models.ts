import type { TenantRequest } from '@loupe/core/access';
import { listConnected } from '@loupe/core/connection';
import type { ModelDirectory, ModelEntry } from './models.ts';

/** The models as a tenant reaches them: those of a provider that it has a key of its own for are available, too. */
export async function openTenantModels(
  loading: Promise<ModelDirectory>,
  { scope }: TenantRequest,
): Promise<ModelDirectory> {
  const [directory, connected] = await Promise.all([loading, listConnected(scope)]);
  const add = (entry: ModelEntry): ModelEntry => {
    if (entry.available || !connected.includes(entry.provider)) return entry;
    const { reason: _absent, ...rest } = entry;
    return { ...rest, available: true };
  };
  return {
    list: () => directory.list().map(add),
    find: (name) => add(directory.find(name)),
    price: directory.price,
  };
}
