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

const FORMULA = /^[=+\-@\t\r]/;
const DELIMITER = /[",\r\n]/;

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

/** Fields in the order of `COLUMNS`. */
function describeRow(result: ItemResult, variant: string): Row {
  return {
    variant,
    item: result.item,
    class: result.class,
    label: result.anomalous ? 1 : 0,
    defectType: result.defectType,
    sampleId: result.sampleId,
    outcome: result.outcome,
    score: result.score,
    decision: result.decision,
    reasoning: result.reasoning,
    code: result.code,
    costMicroUsd: result.costMicroUsd,
    inputTokens: result.inputTokens,
    outputTokens: result.outputTokens,
    latencyMs: result.latencyMs,
    modality: result.modality,
  };
}

async function* writeFiles(rows: readonly Row[], file: number): AsyncGenerator<Output> {
  yield {
    name: `items-${file}.jsonl`,
    bytes: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    mediaType: 'application/x-ndjson',
  };
  const header = COLUMNS.map(({ name }) => name).join(',');
  yield {
    name: `items-${file}.csv`,
    bytes: Buffer.from(`${header}\r\n${rows.map(writeCsvRow).join('')}`),
    mediaType: 'text/csv; charset=utf-8',
  };
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

function writeCsvRow(row: Row): string {
  let line = '';
  for (const { name } of COLUMNS) line += `${quote(row[name])},`;
  return `${line.slice(0, -1)}\r\n`;
}

/** A field that a spreadsheet would take for a formula gets an apostrophe. */
function quote(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return DELIMITER.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
