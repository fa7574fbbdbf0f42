import { expect, test } from 'vitest';
import { renderTable } from './render-table.ts';

const HOUR = {
  startsAt: Date.UTC(2026, 10, 22, 4),
  inspections: 3,
  failed: 1,
  inputTokens: 1200,
  outputTokens: 80,
  costMicroUsd: 1_234_567,
  costUnknownCount: 2,
};

test('CSV has a header, a line for each period, line ends of RFC 4180 and dollars to the micro-dollar', () => {
  expect(renderTable('ten_1', [HOUR, { ...HOUR, costMicroUsd: 5 }], 'CSV')).toBe(
    'tenant_id,starts_at,inspections,failed,input_tokens,output_tokens,cost_usd,cost_unknown\r\n' +
      'ten_1,2026-11-22T04:00:00.000Z,3,1,1200,80,1.234567,2\r\n' +
      'ten_1,2026-11-22T04:00:00.000Z,3,1,1200,80,0.000005,2\r\n',
  );
});

test('a month without use is a header alone, or nothing', () => {
  expect(renderTable('ten_1', [], 'CSV').split('\r\n')).toHaveLength(2);
  expect(renderTable('ten_1', [], 'JSONL')).toBe('');
});

test('JSONL has an object a line with the same names', () => {
  expect(renderTable('ten_1', [HOUR], 'JSONL')).toBe(
    '{"tenant_id":"ten_1","starts_at":"2026-11-22T04:00:00.000Z","inspections":3,"failed":1,"input_tokens":1200,"output_tokens":80,"cost_usd":"1.234567","cost_unknown":2}\n',
  );
});
