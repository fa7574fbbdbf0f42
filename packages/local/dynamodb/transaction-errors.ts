import { type ApiError, createServiceError, isApiError, readShortType } from './errors.ts';
import type { Item } from './types.ts';

/** Why one action of a transaction stopped it; `None` if it did not. */
export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: Item;
}

export const NO_REASON: CancellationReason = { Code: 'None' };

const REASON_CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
};

/** Turns an action's error into its reason; rethrows what stops the whole request instead. */
export function readReason(error: unknown): CancellationReason {
  const code = isApiError(error) ? REASON_CODES[readShortType(error)] : undefined;
  if (!isApiError(error) || code === undefined) throw error;
  const reason: CancellationReason = { Code: code };
  if (error.body.message !== undefined) reason.Message = error.body.message;
  if (error.body.Item !== undefined) reason.Item = error.body.Item as Item;
  return reason;
}

/** Throws TransactionCanceledException unless every reason is `None`; reasons are in the order of the actions. */
export function throwIfCancelled(reasons: readonly CancellationReason[]): void {
  if (reasons.some(({ Code }) => Code !== NO_REASON.Code)) throw createCancellation(reasons);
}

function createCancellation(reasons: readonly CancellationReason[]): ApiError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return createServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}
