import {
  apiKeyKind,
  assertMay,
  draftApiKey,
  draftMember,
  isTenantSession,
  listMemberships,
  type Member,
  memberKind,
  registerApiKey,
  type Session,
} from '../access/index.ts';
import {
  archive,
  change,
  checkNumber,
  checkText,
  checkVersion,
  createNotFoundError,
  createOnce,
  createTenantScope,
  DomainError,
  type Entity,
  type EntityKind,
  ForbiddenError,
  isIdOf,
  type ListPage,
  listPage,
  type PageRequest,
  type Platform,
  revise,
  type Write,
} from '../platform/index.ts';
import type { PlanName } from '../usage/plans.ts';
import { type Tenant, tenantKind } from './entity.ts';

const MAX_NAME = 200;
const [MIN_AUDIT_DAYS, MAX_AUDIT_DAYS] = [90, 3650];
const MAX_MEMBERSHIPS = 10;
const FIRST_KEY = 'First key';

/**
 * The operator's own partition, in the place of a tenant: it holds the register of tenants and the operator's
 * idempotency keys. It is no tenant's id, so no credential of a tenant leads to it.
 */
const REGISTER = 'operator';
const registerKind: EntityKind<Entity> = {
  name: 'registered',
  place: ({ id }) => ({ byTenant: { partition: 'tenants', sort: id } }),
};

/** Makes a tenant and its first key. The key is given only here, and not again for a replayed idempotency key. */
export async function createTenant(
  platform: Platform,
  session: Session,
  input: {
    readonly name: string;
    readonly plan?: PlanName | null | undefined;
    readonly idempotencyKey?: string | null | undefined;
  },
): Promise<{ tenant: Tenant; key: string | undefined }> {
  assertMay(session, 'tenant.create');
  const register = createTenantScope(platform, REGISTER);
  const request = {
    operation: 'tenant.create',
    key: input.idempotencyKey,
    input: { name: input.name, plan: input.plan },
  };
  const created = await createOnce(register, request, async () => {
    const createdAt = platform.clock();
    const name = checkText(input.name, ['input', 'name'], 1, MAX_NAME);
    const id = platform.createId('tenant');
    const tenant: Tenant = { id, rev: 1, name, plan: input.plan ?? undefined, createdAt };
    const { apiKey, key } = draftApiKey(platform, {
      id: platform.createId('apiKey'),
      tenantId: tenant.id,
      name: FIRST_KEY,
      role: 'OWNER',
      createdAt,
    });
    const { table } = createTenantScope(platform, tenant.id);
    const writes = [
      ...draftTenant(platform, tenant),
      table.create(apiKeyKind, apiKey),
      registerApiKey(apiKey),
    ];
    return { id: tenant.id, value: { tenant, key }, writes };
  });
  if ('value' in created) return created.value;
  return { tenant: await loadTenant(platform, created.replayOf), key: undefined };
}

/** Makes a tenant for the person who asks, and them its owner. */
export async function signUp(
  platform: Platform,
  session: Session,
  input: { readonly name: string; readonly idempotencyKey?: string | null | undefined },
): Promise<Tenant> {
  assertMay(session, 'tenant.signUp');
  if (!('person' in session)) throw new ForbiddenError('tenant.signUp');
  const { person } = session;
  const memberships = await listMemberships(platform, person.personId);
  if (memberships.length >= MAX_MEMBERSHIPS)
    throw new DomainError('INVALID', `A person belongs to at most ${MAX_MEMBERSHIPS} tenants.`, ['input']);
  const register = createTenantScope(platform, REGISTER);
  const request = {
    operation: `tenant.signUp:${person.personId}`,
    key: input.idempotencyKey,
    input: { name: input.name },
  };
  const created = await createOnce(register, request, async () => {
    const name = checkText(input.name, ['input', 'name'], 1, MAX_NAME);
    const id = platform.createId('tenant');
    const tenant: Tenant = { id, rev: 1, name, plan: 'TRIAL', createdAt: platform.clock() };
    const { writes } = draftMember(createTenantScope(platform, tenant.id), person, 'OWNER');
    return { id: tenant.id, value: tenant, writes: [...draftTenant(platform, tenant), ...writes] };
  });
  return 'value' in created ? created.value : loadTenant(platform, created.replayOf);
}

/** The writes that make a tenant and enter it in the register. */
function draftTenant(platform: Platform, tenant: Tenant): readonly Write[] {
  return [
    createTenantScope(platform, tenant.id).table.create(tenantKind, tenant),
    createTenantScope(platform, REGISTER).table.create(registerKind, { id: tenant.id, rev: 1 }),
  ];
}

/** The tenants a person belongs to, with their member entries. */
export async function findMemberships(
  platform: Platform,
  session: Session,
): Promise<{ tenant: Tenant; member: Member }[]> {
  if (!('person' in session)) return [];
  const memberships = await listMemberships(platform, session.person.personId);
  const found = await Promise.all(
    memberships.map(async ({ tenantId, memberId }) => {
      const { table } = createTenantScope(platform, tenantId);
      const [tenant, member] = await Promise.all([
        table.get(tenantKind, tenantId),
        table.get(memberKind, memberId),
      ]);
      return tenant && member && member.removedAt === undefined ? [{ tenant, member }] : [];
    }),
  );
  return found.flat();
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
  page: PageRequest,
): Promise<ListPage<Tenant>> {
  assertMay(session, 'tenant.list');
  const register = createTenantScope(platform, REGISTER);
  const entries = await listPage<Entity>(register, 'byTenant', 'tenants', page);
  const items = await Promise.all(entries.items.map(({ id }) => loadTenant(platform, id)));
  return { ...entries, items };
}

export async function updateTenant(
  platform: Platform,
  session: Session,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: {
      readonly name?: string | null | undefined;
      readonly plan?: PlanName | null | undefined;
      readonly auditDays?: number | null | undefined;
    };
  },
): Promise<Tenant> {
  assertMay(session, 'tenant.update');
  const tenant = await findTenant(platform, session, input.id);
  if (!tenant) throw createNotFoundError('tenant', ['input', 'id']);
  checkVersion(tenant.rev, input.expectedVersion);
  const name = input.patch.name === undefined ? tenant.name : (input.patch.name ?? '');
  if (input.patch.plan) assertMay(session, 'tenant.setPlan');
  const { auditDays } = input.patch;
  if (auditDays !== undefined) assertMay(session, 'tenant.setRetention');
  const next = revise(tenant, {
    name: checkText(name, ['input', 'patch', 'name'], 1, MAX_NAME),
    plan: input.patch.plan ?? tenant.plan,
    auditDays: auditDays === undefined ? tenant.auditDays : checkAuditDays(auditDays),
  });
  return createTenantScope(platform, tenant.id).table.save(tenantKind, next);
}

function checkAuditDays(days: number | null): number | undefined {
  if (days === null) return undefined;
  return checkNumber(days, ['input', 'patch', 'auditDays'], MIN_AUDIT_DAYS, MAX_AUDIT_DAYS);
}

/** Suspends a tenant: its credentials are refused within seconds, its data stays. */
export async function archiveTenant(platform: Platform, session: Session, id: string): Promise<Tenant> {
  assertMay(session, 'tenant.archive');
  const tenant = await findTenant(platform, session, id);
  if (!tenant) throw createNotFoundError('tenant', ['input', 'id']);
  return archive(createTenantScope(platform, tenant.id), tenantKind, id);
}

/** Puts a suspended tenant back to work, with the credentials it had. */
export async function restoreTenant(platform: Platform, session: Session, id: string): Promise<Tenant> {
  assertMay(session, 'tenant.restore');
  const tenant = await findTenant(platform, session, id);
  if (!tenant) throw createNotFoundError('tenant', ['input', 'id']);
  return change(createTenantScope(platform, tenant.id), tenantKind, id, (current) =>
    current.archivedAt === undefined || current.closedAt !== undefined
      ? current
      : { ...current, archivedAt: undefined },
  );
}

function mayReach(session: Session, tenantId: string): boolean {
  return session.kind === 'operator' || (isTenantSession(session) && session.tenantId === tenantId);
}

async function loadTenant(platform: Platform, id: string): Promise<Tenant> {
  const tenant = await createTenantScope(platform, id).table.get(tenantKind, id);
  if (!tenant) throw new Error(`The register names the tenant ${id}, which has no row.`);
  return tenant;
}
