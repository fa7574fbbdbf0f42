import { createRequire } from 'node:module';
import type { RowStream } from './emit-rows.ts';
import type { ApiError } from './errors.ts';
import type {
  AttributeValue,
  ConsumedCapacity,
  Item,
  KeySchemaElement,
  RequestData,
  TableDescription,
} from './types.ts';

/**
 * The internals of dynalite 4.0.0 the local DynamoDB is built on: its key encoding, validations and actions,
 * without its server and without its store. The package has no types, so they are written down here.
 */

export type TypeMap = { readonly [member: string]: unknown };

/** The part of a store the validations look at. */
export interface ValidationLimits {
  readonly options: { readonly maxItemSize: number };
}

/** Returns the message of a ValidationException, or nothing; attaches parsed expressions to `data`. */
export type CustomValidation = (data: RequestData, limits: ValidationLimits) => string | undefined;

export interface OperationValidation {
  readonly types: TypeMap;
  readonly custom?: CustomValidation;
}

/** Calls back with an error, or with nothing and a result. */
export type Callback<Result> = (error: unknown, result?: Result) => void;

/** Bounds on keys, without the prefix of what is read. A negative limit is none. */
export interface RowRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  limit?: number;
}

export interface EngineRows {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, item: Item, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  lock(key: string, run: (release: (callback: Callback<unknown>) => Callback<unknown>) => void): void;
  createValueStream(range: RowRange): RowStream;
}

/** What an action reads and writes through. */
export interface EngineStore extends ValidationLimits {
  getTable(
    name: string,
    checkStatus: boolean | Callback<TableDescription>,
    callback?: Callback<TableDescription>,
  ): void;
  getItemDb(table: string): EngineRows;
  getIndexDb(kind: string, table: string, index: string): EngineRows;
}

export type EngineAction = (store: EngineStore, data: RequestData, callback: Callback<RequestData>) => void;

interface Engine {
  updateIndexes(
    store: unknown,
    table: unknown,
    before: unknown,
    after: unknown,
    callback: Callback<void>,
  ): void;
  createKey(item: Item, table: TableDescription, keySchema?: KeySchemaElement[]): string;
  validateKey(key: Item, table: TableDescription): ApiError | null | undefined;
  validateItem(item: Item, table: TableDescription): ApiError | null | undefined;
  compare(comparison: string, value: AttributeValue, operands: AttributeValue[]): boolean;
  checkConditional(request: RequestData, existing: Item | undefined): ApiError | null | undefined;
  addConsumedCapacity(
    request: RequestData,
    isRead: boolean,
    newItem?: Item,
    oldItem?: Item,
  ): ConsumedCapacity | undefined;
}

interface ExpressionParser {
  parse(text: string, options: { readonly context: object }): unknown;
}

interface Validations {
  checkTypes(data: unknown, types: TypeMap): RequestData;
  checkValidations(
    data: RequestData,
    types: TypeMap,
    custom: CustomValidation | undefined,
    limits: ValidationLimits,
  ): void;
}

const load = createRequire(import.meta.url);

export const engine: Engine = load('dynalite/db');
// Index rows are derived from items at commit, here; the engine's own could not be made from every item.
engine.updateIndexes = (_store, _table, _before, _after, callback) => callback(null);

export const validations: Validations = load('dynalite/validations');

export const actions = {
  batchWriteItem: load('dynalite/actions/batchWriteItem') as EngineAction,
  deleteItem: load('dynalite/actions/deleteItem') as EngineAction,
  getItem: load('dynalite/actions/getItem') as EngineAction,
  putItem: load('dynalite/actions/putItem') as EngineAction,
  query: load('dynalite/actions/query') as EngineAction,
  scan: load('dynalite/actions/scan') as EngineAction,
  updateItem: load('dynalite/actions/updateItem') as EngineAction,
};

export const operationValidations = {
  batchGetItem: load('dynalite/validations/batchGetItem') as OperationValidation,
  batchWriteItem: load('dynalite/validations/batchWriteItem') as OperationValidation,
  createTable: load('dynalite/validations/createTable') as OperationValidation,
  deleteItem: load('dynalite/validations/deleteItem') as OperationValidation,
  deleteTable: load('dynalite/validations/deleteTable') as OperationValidation,
  describeTable: load('dynalite/validations/describeTable') as OperationValidation,
  describeTimeToLive: load('dynalite/validations/describeTimeToLive') as OperationValidation,
  getItem: load('dynalite/validations/getItem') as OperationValidation,
  listTables: load('dynalite/validations/listTables') as OperationValidation,
  putItem: load('dynalite/validations/putItem') as OperationValidation,
  query: load('dynalite/validations/query') as OperationValidation,
  scan: load('dynalite/validations/scan') as OperationValidation,
  updateItem: load('dynalite/validations/updateItem') as OperationValidation,
  updateTable: load('dynalite/validations/updateTable') as OperationValidation,
};

const conditionParser = load('dynalite/db/conditionParser') as ExpressionParser;

/** By the member of a request that holds the expression; the rest are conditions. */
export const expressionParsers: {
  [member: string]: ExpressionParser;
  ConditionExpression: ExpressionParser;
} = {
  ConditionExpression: conditionParser,
  ProjectionExpression: load('dynalite/db/projectionParser') as ExpressionParser,
  UpdateExpression: load('dynalite/db/updateParser') as ExpressionParser,
};

/** Bytes: DynamoDB's limit on one item. */
export const MAX_ITEM_BYTES = 409_600;

export const validationLimits: ValidationLimits = { options: { maxItemSize: MAX_ITEM_BYTES } };
