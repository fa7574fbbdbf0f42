import type { Entity, EntityKind, Platform, RowKey, TenantScope, Write } from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import type { Role } from './actions.ts';
import type { Person } from './oidc.ts';

/** A person in a tenant. Times are epoch ms. */
export interface Member extends Entity {
  readonly personId: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly role: Role;
  readonly createdAt: number;
  readonly removedAt?: number | undefined;
}

export const memberKind: EntityKind<Member> = {
  name: 'member',
  place: (member) => ({
    byTenant: { partition: member.removedAt === undefined ? 'member' : 'member:removed', sort: member.id },
  }),
};

/** Leads from a person to the tenants they belong, or belonged, to; outside of every tenant. */
interface Membership {
  readonly tenantId: string;
  readonly memberId: string;
}

const MEMBERSHIP = 'member#';

function locatePerson(personId: string, tenantId: string): RowKey {
  return { pk: `person#${personId}`, sk: `${MEMBERSHIP}${tenantId}` };
}

export function listMemberships(platform: Platform, personId: string): Promise<Membership[]> {
  return platform.table.list<Membership>(`person#${personId}`, MEMBERSHIP);
}

/** The writes that make a person a new member of the scope's tenant. */
export function draftMember(
  scope: TenantScope,
  { personId, email, name }: Person,
  role: Role,
): { member: Member; writes: readonly Write[] } {
  const id = scope.createId('member');
  const member: Member = { id, rev: 1, personId, email, name, role, createdAt: scope.clock() };
  const membership: Membership = { tenantId: scope.tenantId, memberId: id };
  const register = sealWrite({
    kind: 'create',
    key: locatePerson(personId, scope.tenantId),
    body: membership,
    placement: {},
  });
  return { member, writes: [scope.table.create(memberKind, member), register] };
}
