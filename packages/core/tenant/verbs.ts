import { apiKeyKind, assertMay, createApiKey, registerApiKey, type Session } from '../access/index.ts';
import { createOnce } from '../platform/idempotency.ts';
import {
  checkText,
  checkVersion,
  createNotFoundError,
  createTenantScope,
  decodeCursor,
  encodeCursor,
  isIdOf,
  type Page,
  type Platform,
  revise,
} from '../platform/index.ts';
import { type Tenant, tenantKind } from './entity.ts';

const MAX_NAME = 200;

/**
 * The operator's own partition, in the place of a tenant: it holds the register of tenants and the operator's
 * idempotency keys. It is no tenant's id, so no credential of a tenant leads to it.
 */
const REGISTER = 'operator';
const registerKind = {
  name: 'registered',
  place: (entry: { id: string; rev: number }) => ({ byTenant: { partition: 'tenants', sort: entry.id } }),
};

/** Makes a tenant and its first key. The key is given only here, and not again for a replayed idempotency key. */
export async function createTenant(
  platform: Platform,
  session: Session,
  input: { readonly name: string; readonly idempotencyKey?: string | null | undefined },
): Promise<{ tenant: Tenant; key: string | undefined }> {
  assertMay(session, 'tenant.create');
  const now = platform.clock();
  const tenant: Tenant = {
    id: platform.createId('tenant'),
    rev: 1,
    name: checkText(input.name, ['input', 'name'], 1, MAX_NAME),
    createdAt: now,
  };
  const { apiKey, key } = createApiKey(
    { pepper: platform.secret, stage: platform.stage },
    { id: platform.createId('apiKey'), tenantId: tenant.id, role: 'OWNER', createdAt: now },
  );
  const { table } = createTenantScope(platform, tenant.id);
  const register = createTenantScope(platform, REGISTER);
  const created = await createOnce(
    register,
    { operation: 'tenant.create', key: input.idempotencyKey ?? undefined, input: { name: input.name } },
    tenant.id,
    [
      table.create(tenantKind, tenant),
      table.create(apiKeyKind, apiKey),
      registerApiKey(apiKey),
      register.table.create(registerKind, { id: tenant.id, rev: 1 }),
    ],
  );
  if (!created.replayed) return { tenant, key };
  return { tenant: await loadTenant(platform, created.id), key: undefined };
}

/** A tenant by id: any for the operator, the caller's own for a key. Undefined for every other. */
export async function findTenant(
  platform: Platform,
  session: Session,
  id: string,
): Promise<Tenant | undefined> {
  assertMay(session, 'tenant.read');
  if (!isIdOf('tenant', id) || !mayReach(session, id)) return undefined;
  return createTenantScope(platform, id).table.get(tenantKind, id);
}

export async function listTenants(
  platform: Platform,
  session: Session,
  page: { readonly first: number; readonly after?: string | null | undefined },
): Promise<Page<Tenant> & { cursorOf: (tenant: Tenant) => string }> {
  assertMay(session, 'tenant.list');
  const register = createTenantScope(platform, REGISTER);
  const cursorScope = { secret: platform.secret, tenantId: REGISTER, list: 'tenants' };
  const entries = await register.table.query<{ id: string; rev: number }>('byTenant', 'tenants', {
    limit: page.first,
    after: page.after ? decodeCursor(cursorScope, page.after) : undefined,
    newestFirst: true,
  });
  const items = await Promise.all(entries.items.map(({ id }) => loadTenant(platform, id)));
  return { items, next: entries.next, cursorOf: (tenant) => encodeCursor(cursorScope, tenant.id) };
}

export async function updateTenant(
  platform: Platform,
  session: Session,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: { readonly name?: string | null | undefined };
  },
): Promise<Tenant> {
  assertMay(session, 'tenant.update');
  const tenant = await findTenant(platform, session, input.id);
  if (!tenant) throw createNotFoundError('tenant', ['input', 'id']);
  checkVersion(tenant.rev, input.expectedVersion);
  const name = input.patch.name ?? tenant.name;
  const next = revise(tenant, { name: checkText(name, ['input', 'patch', 'name'], 1, MAX_NAME) });
  return createTenantScope(platform, tenant.id).table.save(tenantKind, next);
}

/** Suspends a tenant: its keys are refused from the next request on. */
export async function archiveTenant(platform: Platform, session: Session, id: string): Promise<Tenant> {
  assertMay(session, 'tenant.archive');
  const tenant = await findTenant(platform, session, id);
  if (!tenant) throw createNotFoundError('tenant', ['input', 'id']);
  if (tenant.archivedAt !== undefined) return tenant;
  return createTenantScope(platform, tenant.id).table.save(
    tenantKind,
    revise(tenant, { archivedAt: platform.clock() }),
  );
}

function mayReach(session: Session, tenantId: string): boolean {
  return session.kind === 'operator' || (session.kind === 'apiKey' && session.tenantId === tenantId);
}

async function loadTenant(platform: Platform, id: string): Promise<Tenant> {
  const tenant = await createTenantScope(platform, id).table.get(tenantKind, id);
  if (!tenant) throw new Error(`The register names the tenant ${id}, which has no row.`);
  return tenant;
}
