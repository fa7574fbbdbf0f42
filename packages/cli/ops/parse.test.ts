import { describe, expect, it } from 'vitest';
import { UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { parseCall } from './parse.ts';

const parse = (line: string, environment = {}) => parseCall(line.split(' '), environment);

describe('a command line', () => {
  it('names a command of two words, its argument and its options', () => {
    expect(parse('dead-letters redrive infer --stage production --yes')).toMatchObject({
      command: { name: 'dead-letters redrive' },
      input: { stage: 'production', arguments: ['infer'], apply: true },
    });
  });

  it('changes nothing unless it says so, and takes the stage from STAGE', () => {
    expect(parse('rotate operator-key', { STAGE: 'staging' })).toMatchObject({
      input: { stage: 'staging', apply: false },
      json: false,
    });
  });

  it.each([
    'nothing',
    'dead-letters',
    'dead-letters redrive',
    'health --yes',
    'tenant show a b',
    'health --what',
  ])('is refused when it is wrong: %s', (line) => {
    expect(() => parse(line)).toThrow(UsageError);
  });

  it.each(commands.map(({ name }) => name))('asks %s for help', (name) => {
    expect(parse(`${name} --help`)).toContain(`Usage: npm run -s ops -- ${name}`);
  });
});
