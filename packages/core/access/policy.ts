import { ForbiddenError } from '../platform/index.ts';

/**
 * What a credential may do. Actions are the stable dotted names of the operations; roles are nested sets of them.
 */

const VIEWER_ACTIONS = [
  'tenant.read',
  'profile.read',
  'sample.read',
  'inspection.read',
  'model.read',
] as const;
const INSPECTOR_ACTIONS = [
  'sample.create',
  'sample.renewUpload',
  'sample.update',
  'sample.archive',
  'inspection.create',
  'inspection.update',
  'inspection.archive',
] as const;
const ENGINEER_ACTIONS = ['profile.create', 'profile.update', 'profile.archive'] as const;
const ADMIN_ACTIONS = ['tenant.update'] as const;
const OPERATOR_ACTIONS = [
  'tenant.read',
  'tenant.list',
  'tenant.create',
  'tenant.update',
  'tenant.archive',
] as const;

export type Action =
  | (typeof VIEWER_ACTIONS)[number]
  | (typeof INSPECTOR_ACTIONS)[number]
  | (typeof ENGINEER_ACTIONS)[number]
  | (typeof ADMIN_ACTIONS)[number]
  | (typeof OPERATOR_ACTIONS)[number];

export type Role = 'OWNER' | 'ADMIN' | 'ENGINEER' | 'INSPECTOR' | 'VIEWER';

const viewer: readonly Action[] = VIEWER_ACTIONS;
const inspector: readonly Action[] = [...viewer, ...INSPECTOR_ACTIONS];
const engineer: readonly Action[] = [...inspector, ...ENGINEER_ACTIONS];
const admin: readonly Action[] = [...engineer, ...ADMIN_ACTIONS];

const actionsOfRole: Readonly<Record<Role, readonly Action[]>> = {
  VIEWER: viewer,
  INSPECTOR: inspector,
  ENGINEER: engineer,
  ADMIN: admin,
  OWNER: admin,
};

/** What a credential proved: a key of a tenant, the operator, or nothing. */
export type Session =
  | { readonly kind: 'apiKey'; readonly tenantId: string; readonly apiKeyId: string; readonly role: Role }
  | { readonly kind: 'operator' }
  | { readonly kind: 'anonymous' };

export function listActions(session: Session): readonly Action[] {
  switch (session.kind) {
    case 'apiKey':
      return actionsOfRole[session.role];
    case 'operator':
      return OPERATOR_ACTIONS;
    case 'anonymous':
      return [];
  }
}

/** @throws ForbiddenError naming the action */
export function assertMay(session: Session, action: Action): void {
  if (!listActions(session).includes(action)) throw new ForbiddenError(action);
}
