import { listConnected } from '@loupe/core/connection';
import type { RequestContext } from '../../context.ts';
import type { ModelEntry } from '../../models.ts';

/** The models as the tenant reaches them: those of a provider it has a key of its own for are available. */
export async function prepareFindModel(context: RequestContext): Promise<(name: string) => ModelEntry> {
  const connected = await listConnected(context.tenant().scope);
  return (name) => {
    const { reason, ...entry } = context.models.find(name);
    if (entry.available || connected.includes(entry.provider)) return { ...entry, available: true };
    return { ...entry, ...(reason !== undefined && { reason }) };
  };
}
