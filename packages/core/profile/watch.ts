import type { TenantScope, Write } from '../platform/index.ts';
import { profileKind } from './entity.ts';

/** The row by which the sweep comes to a profile again and again, to see whether its verdicts drift. Times are epoch ms. */
export interface Watch {
  readonly rev: number;
  /** The day (UTC), e.g. `2026-11-22`, whose drift was announced last. */
  readonly announcedDay?: string | undefined;
}

const ROW = 'drift';
const FIRST_LOOK_MS = 60 * 60_000;

export function startWatch(scope: TenantScope, profileId: string): Write {
  const dueAt = scope.clock() + FIRST_LOOK_MS;
  return scope.table.attach(profileKind.name, profileId, ROW, { rev: 1 } satisfies Watch, { dueAt });
}

export function readWatch(scope: TenantScope, profileId: string): Promise<Watch | undefined> {
  return scope.table.getAttached<Watch>(profileKind.name, profileId, ROW);
}

/** @param dueAt undefined to end the watch. */
export function continueWatch(
  scope: TenantScope,
  profileId: string,
  { rev, announcedDay }: Watch,
  dueAt: number | undefined,
): Write {
  const next: Watch = { rev: rev + 1, announcedDay };
  return scope.table.attach(profileKind.name, profileId, ROW, next, { dueAt, replaces: rev });
}
