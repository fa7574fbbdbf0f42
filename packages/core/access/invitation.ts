import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  ConditionFailedError,
  checkText,
  createNotFoundError,
  createOnce,
  createTenantScope,
  DomainError,
  type Draft,
  type Entity,
  type EntityKind,
  type ListPage,
  listPage,
  listPeppers,
  load,
  type PageRequest,
  type Platform,
  revise,
  type TenantScope,
  transition,
} from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import { tenantKind } from '../tenant/entity.ts';
import { reserve } from '../usage/quota.ts';
import type { Role } from './actions.ts';
import { type ApiKeyLocator, locateApiKey } from './api-key.ts';
import { draftMember, listMemberships, type Member, memberKind } from './member.ts';
import { assertMayGrant } from './member-verbs.ts';
import type { Person } from './oidc.ts';
import { assertMay, type Session } from './policy.ts';
import type { TenantRequest } from './tenant-request.ts';

/** An offer to one verified address to join a tenant. Times are epoch ms. */
export interface Invitation extends Entity {
  readonly email: string;
  readonly role: Role;
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When it was accepted or revoked. */
  readonly closedAt?: number | undefined;
}

export const invitationKind: EntityKind<Invitation> = {
  name: 'invitation',
  place: (invitation) => ({
    byTenant: {
      partition: invitation.closedAt === undefined ? 'invitation' : 'invitation:closed',
      sort: invitation.id,
    },
  }),
};

const DAY_MS = 86_400_000;
const VALID_MS = 7 * DAY_MS;
const MAX_EMAIL = 254;
const SECRET_BYTES = 24;
const tokenPattern = /^loupe_invite_([0-9A-HJKMNP-TV-Z]{26})_([\w-]{32})$/;
const TOKEN_PATH = ['input', 'token'];

/** Invites an address. Whoever asks passes the token on; it is given only here, and not again for a replayed idempotency key. */
export async function inviteMember(
  { session, scope }: TenantRequest,
  input: {
    readonly email: string;
    readonly role: Role;
    readonly idempotencyKey?: string | null | undefined;
  },
): Promise<{ invitation: Invitation; token: string | undefined }> {
  assertMay(session, 'member.invite');
  assertMayGrant(session, input.role);
  const request = { operation: 'member.invite', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => draftInvitation(scope, input));
  if ('value' in created) return created.value;
  return { invitation: await load(scope, invitationKind, created.replayOf, ['input']), token: undefined };
}

function draftInvitation(
  scope: TenantScope,
  input: { readonly email: string; readonly role: Role },
): Draft<{ invitation: Invitation; token: string }> {
  const email = checkText(input.email, ['input', 'email'], 3, MAX_EMAIL).toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new DomainError('INVALID', 'email is an address such as ada@example.com.', ['input', 'email']);
  const now = scope.clock();
  const id = scope.createId('invitation');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const invitation: Invitation = {
    id,
    rev: 1,
    email,
    role: input.role,
    secretHash: hashSecret(scope.secret, id, secret).toString('hex'),
    createdAt: now,
    expiresAt: now + VALID_MS,
  };
  const locator: ApiKeyLocator = { tenantId: scope.tenantId };
  const ttl = Math.ceil((invitation.expiresAt + DAY_MS) / 1000);
  return {
    id,
    value: { invitation, token: `loupe_invite_${id.slice('inv_'.length)}_${secret}` },
    writes: [
      scope.table.create(invitationKind, invitation),
      sealWrite({ kind: 'create', key: locateApiKey(id), body: locator, placement: { ttl } }),
    ],
  };
}

export async function findInvitation(
  { session, scope }: TenantRequest,
  id: string,
): Promise<Invitation | undefined> {
  assertMay(session, 'member.read');
  return scope.table.get(invitationKind, id);
}

/** Invitations that are open. */
export async function listInvitations(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<Invitation>> {
  assertMay(session, 'member.read');
  return listPage<Invitation>(scope, 'byTenant', 'invitation', page);
}

export async function revokeInvitation({ session, scope }: TenantRequest, id: string): Promise<Invitation> {
  assertMay(session, 'member.invite');
  const now = scope.clock();
  const closed = await transition(scope, invitationKind, id, (invitation) =>
    invitation.closedAt === undefined ? revise(invitation, { closedAt: now }) : undefined,
  );
  return closed ?? load(scope, invitationKind, id, ['input', 'id']);
}

/**
 * Makes the person behind the session a member of the tenant that invited their verified address.
 * @throws DomainError NOT_FOUND for a token that is unknown, used, ended or somebody else's
 */
export async function acceptInvitation(
  platform: Platform,
  session: Session,
  token: string,
): Promise<{ member: Member; tenantId: string }> {
  assertMay(session, 'invitation.accept');
  const person = 'person' in session ? session.person : undefined;
  const [, ulid = '', secret = ''] = tokenPattern.exec(token) ?? [];
  const id = `inv_${ulid}`;
  const locator = await platform.table.get<ApiKeyLocator>(locateApiKey(id));
  const scope = locator && createTenantScope(platform, locator.tenantId);
  const invitation = await scope?.table.get(invitationKind, id);
  if (!scope || !invitation || !person || !isOpenFor(scope, invitation, person, secret))
    throw createNotFoundError('invitation', TOKEN_PATH);
  const closed = revise(invitation, { closedAt: scope.clock() });
  const { member, writes } = await draftOrRevive(scope, platform, person, invitation.role);
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  try {
    await reserve(scope, tenant?.plan, { SEATS: 1 }, (reservation) =>
      scope.table.transact([scope.table.replace(invitationKind, closed), ...writes, ...reservation]),
    );
    return { member, tenantId: scope.tenantId };
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw createNotFoundError('invitation', TOKEN_PATH);
  }
}

function isOpenFor(scope: TenantScope, invitation: Invitation, person: Person, secret: string): boolean {
  const expected = Buffer.from(invitation.secretHash, 'hex');
  return (
    listPeppers(scope).some((pepper) =>
      timingSafeEqual(hashSecret(pepper, invitation.id, secret), expected),
    ) &&
    invitation.closedAt === undefined &&
    invitation.expiresAt > scope.clock() &&
    person.email === invitation.email
  );
}

/** Who was a member before keeps their id, and gets the invitation's role. */
async function draftOrRevive(scope: TenantScope, platform: Platform, person: Person, role: Role) {
  const memberships = await listMemberships(platform, person.personId);
  const known = memberships.find(({ tenantId }) => tenantId === scope.tenantId);
  const former = known && (await scope.table.get(memberKind, known.memberId));
  if (!former) return draftMember(scope, person, role);
  const member = revise(former, { role, removedAt: undefined, email: person.email, name: person.name });
  return { member, writes: [scope.table.replace(memberKind, member)] };
}

function hashSecret(pepper: string, id: string, secret: string): Buffer {
  return createHmac('sha256', pepper).update(`invitation:${id}:${secret}`).digest();
}
