import type { DatabaseSync } from 'node:sqlite';

interface Candidate {
  readonly seq: number;
  readonly visible_at: number;
}

/**
 * Finds the messages to hand out next as fair queues do: those of the groups with the fewest messages in flight
 * come first, and the oldest first among groups with as many. Returns at most `max` sequence numbers.
 *
 * It reads a few index entries per group, so its time does not grow with the backlog.
 */
export type FairPick = (queue: string, now: number, max: number) => number[];

export function prepareFairPick(database: DatabaseSync): FairPick {
  const countInFlight = database.prepare(`select group_id, count(*) as in_flight from messages
    where queue = ? and visible_at > ? and receive_count > 0 and group_id is not null group by group_id`);
  const pickOldest = database.prepare(
    'select seq, visible_at from messages where queue = ? and visible_at <= ? order by visible_at, seq limit ?',
  );
  const pickOfGroup = database.prepare(`select seq, visible_at from messages
    where queue = ? and group_id is ? and visible_at <= ? order by visible_at, seq limit ?`);
  // Steps from one group to the next along the index; `distinct` would read every entry.
  const listGroups = database.prepare(`with recursive step (group_id) as (
      select min(group_id) from messages where queue = ?1
      union all
      select (select min(group_id) from messages where queue = ?1 and group_id > step.group_id)
      from step where step.group_id is not null)
    select group_id from step where group_id is not null`);

  return (queue, now, max) => {
    const busy = countInFlight.all(queue, now) as unknown as { group_id: string; in_flight: number }[];
    if (busy.length === 0) {
      return (pickOldest.all(queue, now, max) as unknown as Candidate[]).map(({ seq }) => seq);
    }
    const inFlight = new Map(busy.map(({ group_id, in_flight }) => [group_id, in_flight]));
    const tiers = new Map<number, (string | null)[]>([[0, [null]]]);
    for (const { group_id } of listGroups.all(queue) as unknown as { group_id: string }[]) {
      const count = inFlight.get(group_id) ?? 0;
      const tier = tiers.get(count) ?? [];
      tier.push(group_id);
      tiers.set(count, tier);
    }
    const picked: number[] = [];
    for (const [, groups] of [...tiers].sort(([a], [b]) => a - b)) {
      const room = max - picked.length;
      if (room === 0) break;
      const candidates = groups.flatMap(
        (group) => pickOfGroup.all(queue, group, now, room) as unknown as Candidate[],
      );
      candidates.sort((a, b) => a.visible_at - b.visible_at || a.seq - b.seq);
      picked.push(...candidates.slice(0, room).map(({ seq }) => seq));
    }
    return picked;
  };
}
