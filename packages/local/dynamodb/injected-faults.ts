import type { Faults } from '../faults.ts';
import { createServiceError } from './errors.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Reader } from './reader.ts';
import { type CancellationReason, NO_REASON, throwIfCancelled } from './transaction-errors.ts';
import type { RequestData, TableRecord } from './types.ts';

/** The error of a request and the reason of a transaction's action, by the table's billing mode. */
const THROTTLED = {
  PROVISIONED: {
    error: 'ProvisionedThroughputExceededException',
    reason: 'ProvisionedThroughputExceeded',
    message:
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your ' +
      'provisioning level with the UpdateTable API.',
  },
  PAY_PER_REQUEST: {
    error: 'ThrottlingException',
    reason: 'ThrottlingError',
    message:
      'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table ' +
      'or index so please try again shortly.',
  },
} as const;

/** The operation, which now and then refuses a request for lack of throughput before it does anything. */
export function addThrottling({ validation, run }: Operation): Operation {
  return {
    validation,
    async run(context, data) {
      if (context.faults.happens('dynamodb.throttle')) await throwThrottled(context, data);
      return run(context, data);
    },
  };
}

async function throwThrottled({ store }: OperationContext, data: RequestData): Promise<void> {
  const name = (data.TableName as string | undefined) ?? Object.keys(data.RequestItems as object)[0] ?? '';
  const table = await store.read((reader) => reader.getTable(name));
  const { error, message } = THROTTLED[readBillingMode(table)];
  throw createServiceError(error, message);
}

/**
 * Cancels a transaction now and then before it does anything: one of its actions, on one of `tables` each, is
 * throttled or in conflict.
 */
export async function interruptTransaction(
  faults: Faults,
  reader: Reader,
  tables: readonly string[],
): Promise<void> {
  const isThrottled = faults.happens('dynamodb.throttle');
  if (!isThrottled && !faults.happens('dynamodb.conflict')) return;
  const position = Math.floor(faults.draw() * tables.length);
  const { reason, message } = THROTTLED[readBillingMode(await reader.getTable(tables[position] ?? ''))];
  const interruption: CancellationReason = isThrottled
    ? { Code: reason, Message: message }
    : { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
  throwIfCancelled(tables.map((_, index) => (index === position ? interruption : NO_REASON)));
}

/** Leaves some entries of a batch undone now and then: at least one, and never all. */
export function leaveSome<Entry>(
  faults: Faults,
  entries: readonly Entry[],
): { done: readonly Entry[]; left: readonly Entry[] } {
  if (entries.length < 2 || !faults.happens('dynamodb.unprocessed')) return { done: entries, left: [] };
  const done = [...entries];
  const left: Entry[] = [];
  for (let count = 1 + Math.floor(faults.draw() * (entries.length - 1)); count > 0; count--) {
    left.push(...done.splice(Math.floor(faults.draw() * done.length), 1));
  }
  return { done, left };
}

function readBillingMode({ description }: TableRecord): keyof typeof THROTTLED {
  return description.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST'
    ? 'PAY_PER_REQUEST'
    : 'PROVISIONED';
}
