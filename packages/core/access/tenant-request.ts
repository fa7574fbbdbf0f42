import {
  createTenantScope,
  ForbiddenError,
  type Platform,
  type TenantScope,
  UnauthenticatedError,
} from '../platform/index.ts';
import { isTenantSession, type Session, type TenantSession } from './policy.ts';

/** A request of a tenant's credential: who asks, and the only scope they can reach. */
export interface TenantRequest {
  readonly session: TenantSession;
  readonly scope: TenantScope;
}

/**
 * @throws UnauthenticatedError without a credential
 * @throws ForbiddenError for the operator, who sees tenants and nothing in them
 */
export function createTenantRequest(platform: Platform, session: Session): TenantRequest {
  if (session.kind === 'operator') throw new ForbiddenError('anything inside a tenant');
  if (session.kind === 'person') {
    throw new UnauthenticatedError(
      'You belong to no tenant, or to several: name one of `viewer.memberships` in the header `Loupe-Tenant`.',
    );
  }
  if (!isTenantSession(session)) {
    throw new UnauthenticatedError('This needs an API key of a tenant: `Authorization: Bearer loupe_…`.');
  }
  return { session, scope: createTenantScope(platform, session.tenantId) };
}
