import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REJECTIONS } from './rejections.ts';

const here = import.meta.dirname;
const sources = globSync('**/*.ts', { cwd: here })
  .filter((file) => !/\.test\.ts$|testing\/|^rejections\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(here, file), 'utf8') }));
const codes = Object.keys(REJECTIONS);

/** Cells of the table under a heading row, by the code in the first cell. */
function readTable(file: string, heading: string): ReadonlyMap<string, readonly string[]> {
  const [, table = ''] = readFileSync(join(here, file), 'utf8').split(`${heading}\n`);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(1);
  return new Map(
    rows.map((row) => {
      const [code = '', ...cells] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [code.replaceAll('`', ''), cells];
    }),
  );
}

describe('the catalogue of rejections', () => {
  it('holds every code that a file is refused with', () => {
    const thrown = sources.flatMap(({ text }) =>
      [...text.matchAll(/new RejectedError\(\s*'([A-Z_]+)'/g)].map(([, code]) => code),
    );
    expect(thrown.length).toBeGreaterThan(30);
    expect(thrown.filter((code) => code === undefined || !codes.includes(code))).toEqual([]);
  });

  it('holds no code that nothing refuses a file with', () => {
    const unused = codes.filter((code) => !sources.some(({ text }) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });

  it.each(Object.entries(REJECTIONS))('says what to do about %s', (_, { meaning, remedy }) => {
    expect(meaning).toMatch(/^\p{Ll}.*[^.]$/u);
    expect(remedy).toMatch(/^\p{Lu}.*\.$/u);
  });

  it('holds every code that the guide to the modalities names', () => {
    const guide = readFileSync(join(here, '../../docs/guides/modalities.md'), 'utf8');
    const limits = guide.slice(guide.indexOf('## Limits'), guide.indexOf('## Adding a format'));
    const named = [...limits.matchAll(/`([A-Z][A-Z_]{4,})`/g)].map(([, code]) => code);
    expect(named.length).toBeGreaterThan(10);
    // INVALID is a mutation's own; the others say who set a limit.
    const others = ['INVALID', 'PROFILE', 'SERVICE'];
    expect(named.filter((code = '') => !others.includes(code) && !codes.includes(code))).toEqual([]);
  });

  it('is the table of the guide to the API', () => {
    const table = readTable(
      '../../docs/guides/api.md',
      '| rejection | the file is refused because of | what to do |',
    );
    const expected = Object.entries(REJECTIONS).map(([code, { meaning, remedy }]) => [
      code,
      [meaning, remedy],
    ]);
    expect([...table]).toEqual(expected);
  });
});
