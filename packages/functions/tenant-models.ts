import { findInUse, openConnection } from '@loupe/core/connection';
import type { TenantScope } from '@loupe/core/platform';
import { createModel, describeModel, type VisionModel } from '@loupe/judge';
import { config } from './environment.ts';
import { findPaceKey, findVisionModel, modelConfig, renderPaceKey } from './models.ts';
import { describeReader } from './step.ts';

/** A model made with a tenant's key is used for that tenant alone, and forgotten after a while. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 200;

/** A provider counts calls by credential: a tenant's own key has limits of its own. */
const paceKeys = new WeakMap<VisionModel, string>();
const made = new Map<string, { readonly model: VisionModel; readonly until: number }>();

/**
 * The model of an id as a tenant reaches it: by its own key where it has one for the provider, otherwise by the
 * deployment's.
 * @throws ModelError MODEL_UNKNOWN, MODEL_NOT_CONFIGURED
 */
export async function findTenantModel(scope: TenantScope, id: string): Promise<VisionModel> {
  const provider = describeModel(id)?.provider;
  if (provider !== 'openai' && provider !== 'gemini') return findVisionModel(id);
  const connectionId = await findInUse(scope, provider);
  if (connectionId === undefined) return findVisionModel(id);
  const key = `${scope.tenantId} ${connectionId} ${id}`;
  const now = scope.clock();
  const known = made.get(key);
  if (known && known.until > now) return known.model;
  const apiKey = await openConnection(scope, connectionId, describeReader());
  if (apiKey === undefined) return findVisionModel(id);
  const { openai, gemini } = config.providers;
  const own =
    provider === 'openai'
      ? { openai: { apiKey, api: openai.api, ...(openai.baseUrl && { baseUrl: openai.baseUrl }) } }
      : { gemini: { apiKey, ...(gemini.baseUrl && { baseUrl: gemini.baseUrl }) } };
  const model = createModel(id, { ...modelConfig, ...own });
  if (made.size >= MAX_KEPT) made.clear();
  made.set(key, { model, until: now + KEPT_MS });
  paceKeys.set(model, renderPaceKey(model, key));
  return model;
}

/** Which limits of a provider a model's calls count against: the tenant's own, or the deployment's. */
export function findTenantPaceKey(model: VisionModel): string {
  const known = paceKeys.get(model) ?? findPaceKey(model);
  paceKeys.set(model, known);
  return known;
}
