import { ForbiddenError } from '../platform/index.ts';
import type { PlanName } from '../usage/plans.ts';
import {
  ACTIONS,
  type Action,
  actionsOfRole,
  isAction,
  operatorActions,
  personActions,
  type Role,
} from './actions.ts';
import type { Person } from './oidc.ts';

/** What a credential of a tenant proved. */
interface TenantCredential {
  readonly tenantId: string;
  readonly role: Role;
  /** The tenant's plan; the default one without it. */
  readonly plan?: PlanName | undefined;
  /** How long the tenant's audit entries are kept; the usual time without it. */
  readonly auditDays?: number | undefined;
  /** Whether it may send the documents of our own clients alone. */
  readonly trustedDocumentsOnly?: boolean | undefined;
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

/** What an issuer's token proved of a person, whether they belong to a tenant or not. */
interface PersonCredential {
  readonly person: Person;
  /** Whether sign-up is open here. */
  readonly maySignUp: boolean;
}

export interface MemberSession extends TenantCredential, PersonCredential {
  readonly kind: 'member';
  readonly memberId: string;
}

/** A person who belongs to no tenant, or did not say which of several is meant. */
export interface PersonSession extends PersonCredential {
  readonly kind: 'person';
}

/** A credential of a tenant, of whatever kind. */
export type TenantSession = ApiKeySession | MemberSession | UploadTokenSession;

/** What a credential proved: something of a tenant, the operator, or nothing. */
export type Session =
  | TenantSession
  | PersonSession
  | { readonly kind: 'operator' }
  | { readonly kind: 'anonymous' };

export function isTenantSession(session: Session): session is TenantSession {
  return 'tenantId' in session;
}

/** Sorted by name. */
export function listActions(session: Session): readonly Action[] {
  return Object.keys(ACTIONS).filter((name): name is Action => isAction(name) && mayDo(session, name));
}

/** The one place where it is decided what a credential may do. @throws ForbiddenError naming the action */
export function assertMay(session: Session, action: Action): void {
  if (!mayDo(session, action)) throw new ForbiddenError(action);
}

function mayDo(session: Session, action: Action): boolean {
  if (session.kind === 'operator') return operatorActions.has(action);
  if (session.kind === 'anonymous') return false;
  if ('person' in session && personActions.has(action))
    return action !== 'tenant.signUp' || session.maySignUp;
  if (!isTenantSession(session)) return false;
  return actionsOfRole[session.role].has(action) && (session.scopes?.includes(action) ?? true);
}
