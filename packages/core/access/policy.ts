import { ForbiddenError } from '../platform/index.ts';
import { type Action, actionsOfRole, operatorActions, type Role } from './actions.ts';

/** What a credential of a tenant proved. */
interface TenantCredential {
  readonly tenantId: string;
  readonly role: Role;
  /** The credential's own choice among the role's actions; all of them without one. */
  readonly scopes?: readonly Action[] | undefined;
}

export interface ApiKeySession extends TenantCredential {
  readonly kind: 'apiKey';
  readonly apiKeyId: string;
}

export interface UploadTokenSession extends TenantCredential {
  readonly kind: 'uploadToken';
  /** The key that made it: when that ends, so does the token. */
  readonly apiKeyId: string;
  /** The one profile it may inspect by; any without one. */
  readonly profileId?: string | undefined;
}

/** A credential of a tenant, of whatever kind. */
export type TenantSession = ApiKeySession | UploadTokenSession;

/** What a credential proved: something of a tenant, the operator, or nothing. */
export type Session = TenantSession | { readonly kind: 'operator' } | { readonly kind: 'anonymous' };

export function isTenantSession(session: Session): session is TenantSession {
  return session.kind !== 'operator' && session.kind !== 'anonymous';
}

/** Sorted by name. */
export function listActions(session: Session): readonly Action[] {
  if (session.kind === 'operator') return [...operatorActions];
  if (session.kind === 'anonymous') return [];
  return [...actionsOfRole[session.role]].filter((action) => mayDo(session, action));
}

/** The one place where it is decided what a credential may do. @throws ForbiddenError naming the action */
export function assertMay(session: Session, action: Action): void {
  if (!mayDo(session, action)) throw new ForbiddenError(action);
}

function mayDo(session: Session, action: Action): boolean {
  if (session.kind === 'operator') return operatorActions.has(action);
  if (session.kind === 'anonymous') return false;
  return actionsOfRole[session.role].has(action) && (session.scopes?.includes(action) ?? true);
}
