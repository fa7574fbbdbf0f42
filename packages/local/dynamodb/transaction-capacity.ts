import type { ConsumedCapacity, RequestData } from './types.ts';

/** A transaction prepares and commits: every unit counts twice. */
const TRANSACTION_FACTOR = 2;

/** Sums the capacity of a transaction's actions by table; nothing if the request did not ask for it. */
export function sumCapacity(results: readonly RequestData[]): ConsumedCapacity[] | undefined {
  const units = new Map<string, number>();
  for (const { ConsumedCapacity } of results) {
    const capacity = ConsumedCapacity as ConsumedCapacity | undefined;
    if (capacity === undefined) continue;
    const before = units.get(capacity.TableName) ?? 0;
    units.set(capacity.TableName, before + TRANSACTION_FACTOR * capacity.CapacityUnits);
  }
  if (units.size === 0) return undefined;
  return Array.from(units, ([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}
