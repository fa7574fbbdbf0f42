import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { resources } from '@loupe/core/resources';

/** A row as it is stored. */
export interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export interface RawTable {
  readonly scan: () => Promise<Row[]>;
  readonly put: (rows: readonly Row[]) => Promise<void>;
  readonly get: (key: Pick<Row, 'pk' | 'sk'>) => Promise<Row | undefined>;
  readonly close: () => void;
}

/** A local service's table, behind the back of the code. */
export function openRawTable(endpoint: string): RawTable {
  const dynamo = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'loupe-local', secretAccessKey: 'loupe-local-secret' },
  });
  const documents = DynamoDBDocumentClient.from(dynamo);
  const TableName = resources.tables[0]?.name ?? '';
  return {
    async scan() {
      const rows: Row[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new ScanCommand({ TableName, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
        );
        rows.push(...((page.Items ?? []) as Row[]));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return rows;
    },
    async put(rows) {
      for (let from = 0; from < rows.length; from += 25) {
        const writes = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: writes } }));
      }
    },
    get: async ({ pk, sk }) =>
      (await documents.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item as
        | Row
        | undefined,
    close: () => dynamo.destroy(),
  };
}

/** What kind of row it is: its key, with ids, digests, dates and numbers left out. */
function nameKind({ pk, sk }: Row): string {
  return `${pk} ${sk}`
    .replace(/[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}/g, '<id>')
    .replace(/[0-9a-f]{32,}/g, '<digest>')
    .replace(/\d{4}-\d\d(-\d\d)?(T\d\d)?/g, '<date>')
    .replace(/\d+/g, '<n>');
}

/** The attributes of a row with their types, as paths: `views[].widthPx: number`. */
function listPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return [`${path}: list`, ...value.flatMap((item) => listPaths(item, `${path}[]`))];
  if (typeof value !== 'object' || value === null)
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  return Object.entries(value).flatMap(([name, part]) =>
    listPaths(part, path === '' ? name : `${path}.${name}`),
  );
}

interface Shape {
  /** Paths that every row of the kind has. */
  readonly always: ReadonlySet<string>;
  /** Paths that one of them has. */
  readonly ever: ReadonlySet<string>;
}

export function describeShapes(rows: readonly Row[]): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const row of rows) {
    const paths = new Set(listPaths(row));
    const { always, ever } = shapes.get(nameKind(row)) ?? { always: paths, ever: paths };
    shapes.set(nameKind(row), { always: always.intersection(paths), ever: ever.union(paths) });
  }
  return shapes;
}
