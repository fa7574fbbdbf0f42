import {
  checkVersion,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  transition,
} from '../platform/index.ts';
import { count } from '../usage/quota.ts';
import { actionsOfRole, type Role } from './actions.ts';
import { type Member, memberKind } from './member.ts';
import { assertMay, type Session } from './policy.ts';
import type { TenantRequest } from './tenant-request.ts';

const ID_PATH = ['input', 'id'];

/** A member of the caller's tenant, oneself without further rights; undefined for every other. */
export async function findMember({ session, scope }: TenantRequest, id: string): Promise<Member | undefined> {
  if (session.kind !== 'member' || session.memberId !== id) assertMay(session, 'member.read');
  return scope.table.get(memberKind, id);
}

export async function listMembers(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<Member>> {
  assertMay(session, 'member.read');
  return listPage<Member>(scope, 'byTenant', 'member', page);
}

/**
 * Gives a member another role, at most one's own.
 * @throws DomainError NOT_FOUND, VERSION_CONFLICT, INVALID for an owner's own role
 */
export async function updateMember(
  request: TenantRequest,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: { readonly role?: Role | null | undefined };
  },
): Promise<Member> {
  assertMay(request.session, 'member.update');
  const member = await loadOther(request, input.id);
  checkVersion(member.rev, input.expectedVersion);
  const role = input.patch.role ?? member.role;
  assertMayGrant(request.session, role);
  return request.scope.table.save(memberKind, revise(member, { role }));
}

/** Takes a person out of the tenant, within seconds; one that was taken out stays so. */
export async function removeMember(request: TenantRequest, id: string): Promise<Member> {
  assertMay(request.session, 'member.remove');
  const member = await loadOther(request, id);
  if (member.removedAt !== undefined) return member;
  const now = request.scope.clock();
  const removed = await transition(
    request.scope,
    memberKind,
    id,
    (current) => (current.removedAt === undefined ? revise(current, { removedAt: now }) : undefined),
    () => count(request.scope, { SEATS: -1 }, now),
  );
  return removed ?? load(request.scope, memberKind, id, ID_PATH);
}

/** Nobody gives, changes or takes rights they lack. @throws ForbiddenError naming the missing action */
export function assertMayGrant(session: Session, role: Role): void {
  for (const action of actionsOfRole[role]) assertMay(session, action);
}

/** An owner stays one until another owner says otherwise, so a tenant is never without. */
async function loadOther({ session, scope }: TenantRequest, id: string): Promise<Member> {
  const member = await load(scope, memberKind, id, ID_PATH);
  assertMayGrant(session, member.role);
  if (session.kind === 'member' && session.memberId === id && member.role === 'OWNER')
    throw new DomainError('INVALID', 'Another owner has to change your own role or remove you.', ID_PATH);
  return member;
}
