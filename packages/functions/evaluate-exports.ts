import { ITEMS_PER_FILE, type ItemResult, type Variant } from '@loupe/core/evaluation';

/** A file of an evaluation's, made when it is over. */
export interface Output {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

const COLUMNS = [
  { name: 'variant', type: 'STRING' },
  { name: 'item', type: 'STRING' },
  { name: 'class', type: 'STRING' },
  { name: 'label', type: 'INT32' },
  { name: 'defectType', type: 'STRING' },
  { name: 'sampleId', type: 'STRING' },
  { name: 'outcome', type: 'STRING' },
  { name: 'score', type: 'DOUBLE' },
  { name: 'decision', type: 'STRING' },
  { name: 'reasoning', type: 'STRING' },
  { name: 'code', type: 'STRING' },
  { name: 'costMicroUsd', type: 'INT32' },
  { name: 'inputTokens', type: 'INT32' },
  { name: 'outputTokens', type: 'INT32' },
  { name: 'latencyMs', type: 'INT32' },
  { name: 'modality', type: 'STRING' },
] as const;

type Row = { readonly [name in (typeof COLUMNS)[number]['name']]?: string | number | undefined };

/**
 * Writes every judged item as JSON Lines (which the command `metrics` reads), CSV (RFC 4180) and Parquet, in files
 * `items-<n>.<format>`: larger evaluations have several, so that none needs much memory.
 */
export async function* writeItemExports(
  variants: readonly Variant[],
  chunks: AsyncIterable<{ readonly variant: number; readonly results: readonly ItemResult[] }>,
): AsyncGenerator<Output> {
  let [rows, file]: [Row[], number] = [[], 0];
  for await (const { variant, results } of chunks) {
    for (const result of results) rows.push(describeRow(result, variants[variant]?.name ?? ''));
    if (rows.length < ITEMS_PER_FILE) continue;
    yield* writeFiles(rows, file++);
    rows = [];
  }
  if (rows.length > 0) yield* writeFiles(rows, file);
}

function describeRow(result: ItemResult, variant: string): Row {
  const { anomalous, index: _, ...fields } = result;
  return { variant, ...fields, label: anomalous ? 1 : 0 };
}

async function* writeFiles(rows: readonly Row[], file: number): AsyncGenerator<Output> {
  const lines = rows.map((row) =>
    JSON.stringify(Object.fromEntries(COLUMNS.map(({ name }) => [name, row[name]]))),
  );
  yield {
    name: `items-${file}.jsonl`,
    bytes: Buffer.from(`${lines.join('\n')}\n`),
    mediaType: 'application/x-ndjson',
  };
  const table = [COLUMNS.map(({ name }) => name), ...rows.map((row) => COLUMNS.map(({ name }) => row[name]))];
  const csv = table.map((fields) => `${fields.map(quote).join(',')}\r\n`).join('');
  yield { name: `items-${file}.csv`, bytes: Buffer.from(csv), mediaType: 'text/csv; charset=utf-8' };
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const parquet = parquetWriteBuffer({
    columnData: COLUMNS.map(({ name, type }) => ({ name, type, data: rows.map((row) => row[name] ?? null) })),
  });
  yield {
    name: `items-${file}.parquet`,
    bytes: new Uint8Array(parquet),
    mediaType: 'application/vnd.apache.parquet',
  };
}

/** A field that a spreadsheet would take for a formula gets an apostrophe. */
function quote(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
