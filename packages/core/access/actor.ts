import type { TenantSession } from './policy.ts';

/** Who did something, as rows remember it. */
export interface Actor {
  readonly actorKind: 'apiKey' | 'member';
  readonly actorId: string;
}

export function nameActor(session: TenantSession): Actor {
  return session.kind === 'member'
    ? { actorKind: 'member', actorId: session.memberId }
    : { actorKind: 'apiKey', actorId: session.apiKeyId };
}
