import type { Faults } from '../faults.ts';
import type { OperationValidation } from './dynalite.ts';
import type { Store } from './store.ts';
import type { RequestData } from './types.ts';

/** What an operation runs on. */
export interface OperationContext {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly region: string;
  readonly createId: () => string;
  readonly faults: Faults;
}

/** A context for one request. */
export interface RequestContext extends OperationContext {
  /** Host and port the request was sent to. */
  readonly host: string;
}

/** A DynamoDB operation: how its request is checked and what it does. Errors in AWS's shape are answered. */
export interface Operation {
  readonly validation: OperationValidation;
  run(context: RequestContext, data: RequestData): Promise<object>;
}
