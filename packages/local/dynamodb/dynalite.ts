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

const WITH_ACTION = [
  'batchWriteItem',
  'deleteItem',
  'getItem',
  'putItem',
  'query',
  'scan',
  'updateItem',
] as const;
const WITH_VALIDATION = [
  ...WITH_ACTION,
  'batchGetItem',
  'createTable',
  'deleteTable',
  'describeTable',
  'describeTimeToLive',
  'listTables',
  'updateTable',
] as const;

export const actions = loadEach<(typeof WITH_ACTION)[number], EngineAction>('actions', WITH_ACTION);
export const operationValidations = loadEach<(typeof WITH_VALIDATION)[number], OperationValidation>(
  'validations',
  WITH_VALIDATION,
);

function loadEach<Name extends string, Part>(folder: string, names: readonly Name[]): Record<Name, Part> {
  return Object.fromEntries(names.map((name) => [name, load(`dynalite/${folder}/${name}`)])) as Record<
    Name,
    Part
  >;
}

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
