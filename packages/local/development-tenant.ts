import type { DataFolder } from './data-folder.ts';

const TENANT_NAME = 'Development';

const CREATE_TENANT = `mutation($input: CreateTenantInput!) {
  createTenant(input: $input) { tenant { id name } apiKey errors { message code } }
}`;
const READ_VIEWER = '{ viewer { tenant { id } } }';

/** A tenant for the developer's own use, and its key. */
export interface DevelopmentTenant {
  readonly tenantId: string;
  readonly apiKey: string;
}

interface GraphqlAnswer {
  readonly data?: {
    readonly viewer?: { readonly tenant?: { readonly id: string } | null } | null;
    readonly createTenant?: {
      readonly tenant: { readonly id: string } | null;
      readonly apiKey: string | null;
      readonly errors: readonly { readonly message: string; readonly code: string }[];
    } | null;
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * The tenant kept in the folder if its key still works, otherwise a new one, made through the public API like
 * any other. Throws when the API does not answer or refuses.
 */
export async function ensureDevelopmentTenant(
  folder: DataFolder,
  api: string,
  operatorKey: string,
): Promise<DevelopmentTenant> {
  const kept = folder.readDevelopment();
  if (isTenant(kept)) {
    const answer = await ask(api, kept.apiKey, READ_VIEWER, {});
    if (answer.data?.viewer?.tenant?.id === kept.tenantId) return kept;
  }
  const answer = await ask(api, operatorKey, CREATE_TENANT, { input: { name: TENANT_NAME } });
  const payload = answer.data?.createTenant;
  const { tenant, apiKey } = payload ?? {};
  if (!tenant || !apiKey) {
    const reasons = [...(answer.errors ?? []), ...(payload?.errors ?? [])].map(({ message }) => message);
    throw new Error(reasons.join(' ') || 'The API made no tenant and gave no reason.');
  }
  const made = { tenantId: tenant.id, apiKey };
  folder.writeDevelopment(made);
  return made;
}

function isTenant(value: unknown): value is DevelopmentTenant {
  const { tenantId, apiKey } = (value ?? {}) as Partial<DevelopmentTenant>;
  return typeof tenantId === 'string' && typeof apiKey === 'string';
}

async function ask(api: string, key: string, query: string, variables: object): Promise<GraphqlAnswer> {
  const response = await fetch(`${api}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as GraphqlAnswer;
  } catch {
    throw new Error(`The API answered ${response.status} with something that is not JSON.`);
  }
}
