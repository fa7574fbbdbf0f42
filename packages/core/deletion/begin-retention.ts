import {
  chooseNextDue,
  createTenantScope,
  type Platform,
  revise,
  transition,
  type Write,
} from '../platform/index.ts';
import { type Retention, retentionKind } from '../retention/index.ts';
import { type Deletion, deletionKind } from './entity.ts';
import { draft, wake } from './verbs.ts';

const DAY_MS = 86_400_000;

/** Begins a tenant's daily deletion by its rules, when it is due. A second message for the same day finds it begun. */
export async function beginRetention(platform: Platform, tenantId: string): Promise<Deletion | undefined> {
  const scope = createTenantScope(platform, tenantId);
  let deletion: Deletion | undefined;
  await transition(
    scope,
    retentionKind,
    tenantId,
    (retention) => startRun(retention, platform.clock()),
    (): readonly Write[] => {
      deletion = draft(
        scope,
        { kind: 'worker', id: 'retention' },
        'RETENTION',
        tenantId,
        tenantId,
        platform.clock(),
      );
      return [scope.table.create(deletionKind, deletion)];
    },
  );
  if (deletion) await wake(scope, deletion.id);
  return deletion;
}

function startRun(retention: Retention, now: number): Retention | undefined {
  if (retention.dueAt === undefined || (retention.lastRunAt ?? 0) + DAY_MS > now) return undefined;
  return revise(retention, { lastRunAt: now, dueAt: now + DAY_MS });
}

/** It was sent again just now and is overdue only after another while. */
export function postponeRetention(retention: Retention, now: number): Retention | undefined {
  if (retention.dueAt === undefined || retention.dueAt > now) return undefined;
  const sinceRun = (retention.lastRunAt ?? 0) + DAY_MS;
  // A rule that was set on a day with a run waits for the next.
  return revise(retention, { dueAt: Math.max(sinceRun, chooseNextDue(retention.dueAt, now)) });
}
