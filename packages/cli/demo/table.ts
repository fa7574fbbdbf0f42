import type { DemoResult } from './run-case.ts';

const COLUMNS = [
  'file',
  'expected',
  'decision',
  'score',
  'where (x, y, width, height)',
  'upload',
  'convert',
  'judge',
];
const NUMERIC = new Set(['score', 'upload', 'convert', 'judge']);

/** The results as a table for people. */
export function renderTable(results: readonly DemoResult[]): string {
  const rows = results.map(renderRow);
  const widths = COLUMNS.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const renderLine = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return NUMERIC.has(COLUMNS[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [renderLine(COLUMNS), rule, ...rows.map(renderLine)].join('\n');
}

function renderRow({ query, inspection, uploadMs }: DemoResult): string[] {
  const { verdict, failure, sample, judgeMs } = inspection;
  const region = verdict?.regions[0];
  const ms = (value: number | null) => (value === null ? '–' : `${value} ms`);
  return [
    query.origin === 'real' ? query.file : `${query.file} (${query.origin})`,
    query.expected,
    verdict?.decision ?? `${inspection.state} ${failure?.code ?? ''}`,
    verdict?.score?.toFixed(3) ?? '–',
    region ? `${region.x}, ${region.y}, ${region.width}, ${region.height}` : '–',
    ms(uploadMs),
    ms(sample.convertMs),
    ms(judgeMs),
  ];
}
