/**
 * Request units of DynamoDB on demand, from what went over the wire, by the rules of its developer guide ("DynamoDB
 * on-demand capacity mode", "DynamoDB item sizes and formats"): a write unit per KB begun, twice in a transaction; a read
 * unit per 4 KB begun, half when it may be stale, twice in a transaction; and for each index an entry that is made,
 * changed or taken out.
 */
import type { IndexResource, TableResource } from '@loupe/core/resources';

/** A value as DynamoDB's JSON writes it: `{ "S": "text" }`. */
type AttributeValue = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, AttributeValue>>;

const KB = 1024;
const READ_UNIT_BYTES = 4 * KB;
/** A list or map, and each member of it. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

/** Bytes of an item: the names and values of its attributes. */
export function measureItem(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + measureValue(value),
    0,
  );
}

function measureValue(attribute: AttributeValue): number {
  const [[type, value] = ['NULL', true]] = Object.entries(attribute);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      // Two digits to a byte, and one more; a sign takes another.
      return (
        Math.ceil(String(value).replace(/[-+.]|e.*$|^0+/gi, '').length / 2) +
        1 +
        (String(value).startsWith('-') ? 1 : 0)
      );
    case 'B':
      return Buffer.from(String(value), 'base64').length;
    case 'L':
      return (value as AttributeValue[]).reduce(
        (sum, inner) => sum + MEMBER_BYTES + measureValue(inner),
        CONTAINER_BYTES,
      );
    case 'M':
      return Object.entries(value as Item).reduce(
        (sum, [name, inner]) => sum + MEMBER_BYTES + Buffer.byteLength(name) + measureValue(inner),
        CONTAINER_BYTES,
      );
    case 'SS':
    case 'NS':
    case 'BS':
      return (value as string[]).reduce((sum, inner) => sum + Buffer.byteLength(inner), CONTAINER_BYTES);
    default:
      return 1;
  }
}

/** The parts of a request that decide what it costs. */
export interface CountedRequest {
  readonly ConsistentRead?: boolean;
  readonly Item?: Item;
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>
  >;
  readonly TransactItems?: readonly {
    readonly Put?: { readonly Item: Item };
    readonly Delete?: { readonly Key: Item };
    readonly Update?: object;
    readonly ConditionCheck?: object;
  }[];
}

export interface CountedResponse {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** Adds up the units of the requests to one table, which it remembers the items of to know what an index loses. */
export function createCapacityMeter(table: TableResource) {
  const items = new Map<string, Item>();
  const units = { read: 0, write: 0 };

  function keyOf(key: Item): string {
    return JSON.stringify([key[table.partitionKey], key[table.sortKey]]);
  }

  function put(item: Item, factor: number): void {
    const key = keyOf(item);
    const before = items.get(key);
    items.set(key, item);
    units.write += factor * Math.ceil(Math.max(measureItem(item), before ? measureItem(before) : 0) / KB);
    for (const index of table.indexes) units.write += countIndexWrites(index, before, item);
  }

  function remove(key: Item, factor: number): void {
    const before = items.get(keyOf(key));
    items.delete(keyOf(key));
    units.write += factor * Math.max(1, Math.ceil((before ? measureItem(before) : 0) / KB));
    for (const index of table.indexes) {
      const entry = project(index, before);
      if (entry) units.write += Math.ceil(measureItem(entry) / KB);
    }
  }

  function project(index: IndexResource, item: Item | undefined): Item | undefined {
    if (!item?.[index.partitionKey]) return undefined;
    if (index.projection === 'ALL') return item;
    const names = [table.partitionKey, table.sortKey, index.partitionKey, index.sortKey];
    return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
  }

  function countIndexWrites(index: IndexResource, before: Item | undefined, after: Item): number {
    const [old, next] = [project(index, before), project(index, after)];
    const cost = (item: Item) => Math.ceil(measureItem(item) / KB);
    if (JSON.stringify(old) === JSON.stringify(next)) return 0;
    const names = [index.partitionKey, index.sortKey ?? ''];
    const stays =
      old && next && names.every((name) => JSON.stringify(old[name]) === JSON.stringify(next[name]));
    if (stays) return Math.max(cost(old), cost(next));
    return (old ? cost(old) : 0) + (next ? cost(next) : 0);
  }

  function read(item: Item | undefined, consistent = false): void {
    const whole = Math.max(1, Math.ceil((item ? measureItem(item) : 0) / READ_UNIT_BYTES));
    units.read += consistent ? whole : whole / 2;
  }

  return {
    units: (): Units => ({ ...units }),

    /** One request that succeeded, by the last part of its `X-Amz-Target`. @throws Error for one it cannot count */
    count(operation: string, request: CountedRequest, response: CountedResponse): void {
      switch (operation) {
        case 'GetItem':
          read(response.Item, request.ConsistentRead);
          break;
        case 'BatchGetItem':
          for (const [name, { Keys, ConsistentRead }] of Object.entries(request.RequestItems ?? {})) {
            const found = response.Responses?.[name] ?? [];
            for (let position = 0; position < Keys.length; position++) read(found[position], ConsistentRead);
          }
          break;
        case 'Query': {
          const bytes = (response.Items ?? []).reduce((sum, item) => sum + measureItem(item), 0);
          const whole = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
          units.read += request.ConsistentRead ? whole : whole / 2;
          break;
        }
        case 'PutItem':
          if (request.Item) put(request.Item, 1);
          break;
        case 'UpdateItem':
          units.write += 1;
          break;
        case 'TransactWriteItems':
          for (const { Put, Delete, Update, ConditionCheck } of request.TransactItems ?? []) {
            if (Put) put(Put.Item, 2);
            if (Delete) remove(Delete.Key, 2);
            // Counter rows and checks are below a KB and in no index.
            if (Update || ConditionCheck) units.write += 2;
          }
          break;
        default:
          throw new Error(`The units of ${operation} are not counted: say in test/support/capacity.ts how.`);
      }
    },
  };
}
