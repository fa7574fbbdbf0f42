import { operationValidations } from './dynalite.ts';
import { createValidationError } from './errors.ts';
import { deleteOldTokens } from './idempotency-token.ts';
import { buildExpiryPrefix, buildExpiryTime, readExpiredItemKey, TABLE_PREFIX } from './keys.ts';
import type { Operation } from './operation.ts';
import type { Store } from './store.ts';
import type { WriteUnit } from './write-unit.ts';

/** AWS leaves items alone that expired longer ago: the number was likely never meant as a time. */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 86_400;
/** Bounds one sweep's hold on the write lock. */
const ITEMS_PER_UNIT = 100;

interface TimeToLiveSpecification {
  readonly AttributeName: string;
  readonly Enabled: boolean;
}

export const describeTimeToLive: Operation = {
  validation: operationValidations.describeTimeToLive,
  async run({ store }, data) {
    const table = await store.read((reader) => reader.getTable(data.TableName as string));
    const status =
      table.ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: table.ttlAttribute };
    return { TimeToLiveDescription: status };
  },
};

export const updateTimeToLive: Operation = {
  validation: {
    types: {
      TableName: operationValidations.describeTimeToLive.types.TableName,
      TimeToLiveSpecification: {
        type: 'FieldStruct<TimeToLiveSpecification>',
        notNull: true,
        children: {
          AttributeName: {
            type: 'String',
            notNull: true,
            lengthGreaterThanOrEqual: 1,
            lengthLessThanOrEqual: 255,
          },
          Enabled: { type: 'Boolean', notNull: true },
        },
      },
    },
  },
  run({ store }, data) {
    const specification = data.TimeToLiveSpecification as TimeToLiveSpecification;
    return store.write(async (unit) => {
      await changeTimeToLive(unit, data.TableName as string, specification);
      return { TimeToLiveSpecification: specification };
    });
  },
};

async function changeTimeToLive(
  unit: WriteUnit,
  name: string,
  { AttributeName, Enabled }: TimeToLiveSpecification,
): Promise<void> {
  const table = await unit.getTable(name);
  const { ttlAttribute: current, ...rest } = table;
  if (Enabled === (current !== undefined)) {
    throw createValidationError(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
  }
  if (!Enabled && current !== AttributeName) {
    throw createValidationError(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
    );
  }
  await unit.changeTable(table, Enabled ? { ...rest, ttlAttribute: AttributeName } : rest);
}

/** Deletes what has expired: items whose TTL lies before `now`, and old idempotency tokens. */
export async function sweepExpired(store: Store, now: number): Promise<void> {
  await store.write((unit) => deleteOldTokens(unit, now));
  const tables = await store.read((reader) => Array.fromAsync(reader.readKeys(TABLE_PREFIX)));
  for (const table of tables) {
    let deleted: number;
    do {
      deleted = await store.write((unit) => deleteExpiredItems(unit, table, Math.floor(now / 1000)));
    } while (deleted === ITEMS_PER_UNIT);
  }
}

async function deleteExpiredItems(unit: WriteUnit, name: string, nowSeconds: number): Promise<number> {
  const table = await unit.findTable(name);
  if (table === undefined) return 0;
  const oldest = Math.max(0, nowSeconds - OLDEST_EXPIRY_SECONDS);
  const range = { gte: buildExpiryTime(oldest), lt: buildExpiryTime(nowSeconds), limit: ITEMS_PER_UNIT };
  let deleted = 0;
  for await (const row of unit.readKeys(buildExpiryPrefix(name), range)) {
    unit.setItem(table, readExpiredItemKey(row), undefined);
    deleted += 1;
  }
  return deleted;
}
