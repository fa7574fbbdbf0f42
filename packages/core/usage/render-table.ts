import type { HourOfUse } from './meter.ts';

export type TableFormat = 'CSV' | 'JSONL';

const COLUMNS = [
  'tenant_id',
  'starts_at',
  'inspections',
  'failed',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'cost_unknown',
] as const;

/**
 * Hours or days of use as a text: CSV with a header (RFC 4180), or a JSON object a line with the same names. `cost_usd` is in
 * dollars to the micro-dollar. No value of them needs quotes.
 */
export function renderTable(tenantId: string, periods: readonly HourOfUse[], format: TableFormat): string {
  const rows = periods.map(
    (period): Readonly<Record<(typeof COLUMNS)[number], string | number>> => ({
      tenant_id: tenantId,
      starts_at: new Date(period.startsAt).toISOString(),
      inspections: period.inspections,
      failed: period.failed,
      input_tokens: period.inputTokens,
      output_tokens: period.outputTokens,
      cost_usd: (period.costMicroUsd / 1e6).toFixed(6),
      cost_unknown: period.costUnknownCount,
    }),
  );
  if (format === 'JSONL') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const lines = [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => row[column]))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
