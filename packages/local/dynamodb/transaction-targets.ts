import type { Faults } from '../faults.ts';
import { engine } from './dynalite.ts';
import { createValidationError } from './errors.ts';
import { interruptTransaction } from './injected-faults.ts';
import type { Reader } from './reader.ts';
import type { Item, RequestData, TableDescription } from './types.ts';

/**
 * What comes before a transaction's actions: throws if a table is not there or an item is named twice, or as the
 * faults say. A malformed key is its action's own reason later.
 */
export async function checkTransaction(
  faults: Faults,
  reader: Reader,
  actions: readonly RequestData[],
): Promise<void> {
  const targets = new Set<string>();
  for (const data of actions) {
    const { description } = await reader.getTable(data.TableName as string);
    const key = findItemKey(data, description);
    if (key === undefined) continue;
    const target = `${description.TableName}/${key}`;
    if (targets.has(target)) {
      throw createValidationError('Transaction request cannot include multiple operations on one item');
    }
    targets.add(target);
  }
  await interruptTransaction(
    faults,
    reader,
    actions.map(({ TableName }) => TableName as string),
  );
}

/** The storage key of the item an action is on; nothing if its key is malformed. */
export function findItemKey(data: RequestData, table: TableDescription): string | undefined {
  const isPut = data.Item !== undefined;
  const item = (isPut ? data.Item : data.Key) as Item;
  const invalid = isPut ? engine.validateItem(item, table) : engine.validateKey(item, table);
  return invalid ? undefined : engine.createKey(item, table);
}
