import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resources } from '@loupe/core/resources';
import { describe, expect, it } from 'vitest';

const read = (page: string) => readFileSync(join(import.meta.dirname, '..', '..', 'docs', page), 'utf8');
const architecture = read('architecture.md');
const deploy = read('guides/deploy.md');

/** The cells of a table's row that begins with this one. */
function findRows(page: string, first: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`| ${first} |`))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const spell = (count: number) =>
  ['five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'][count - 5] ?? String(count);

describe('the pages about what is deployed', () => {
  const queues = resources.queues.filter(({ deadLetter }) => deadLetter !== undefined);
  const quote = (names: readonly { readonly name: string }[]) =>
    names.map(({ name }) => `\`${name}\``).join(', ');

  it('name every queue and every function', () => {
    expect(deploy).toContain(`| SQS ${quote(queues)},`);
    expect(deploy).toContain(`| Lambda ${quote(resources.functions)} |`);
    expect(architecture).toContain(`${spell(queues.length)} queues (SQS)`);
    expect(architecture).toContain(`${spell(resources.functions.length)} functions (Lambda)`);
  });

  it.each(resources.functions)('say what $name does, how long and with how much memory', (one) => {
    const rows = findRows(architecture, `\`${one.name}\``);
    const limits = rows.find((row) => row.length === 6);
    expect(rows.length, 'what it does, and its limits').toBe(2);
    const storage = one.temporaryStorageMb === undefined ? '' : `, ${one.temporaryStorageMb} MB of \`/tmp\``;
    expect(limits?.slice(1, 3)).toEqual([`${one.timeoutSeconds} s`, `${one.memoryMb} MB${storage}`]);
    const source = resources.eventSources.find((source) => source.function === one.name);
    const queue = resources.queues.find(({ name }) => name === source?.queue);
    expect(limits?.slice(3)).toEqual(
      source && queue
        ? [`${source.batchSize}`, `${source.maximumConcurrency}`, `${queue.visibilityTimeoutSeconds} s`]
        : ['–', '–', '–'],
    );
  });
});
