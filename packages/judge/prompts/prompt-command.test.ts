import { describe, expect, it } from 'vitest';
import { writeFormat } from './format-part.ts';
import { runPromptCommand } from './prompt-command.ts';

const run = (line: string, ...more: string[]) =>
  runPromptCommand([...line.split(' ').filter(Boolean), ...more]);

describe('npm run prompt', () => {
  it.each<[string, string]>([
    [
      '--preset FULL --class bottle --modality image',
      'The first image given about the bottle is normal. Please determine whether the second image given about the bottle contains anomalies or defects. If yes, give a specific reason. Normally, the image given should depict clear and identifiable bottle. It may have defects such as broken parts, and contaminations.',
    ],
    [
      '--preset REFERENCE --references 1',
      'The first image is normal. Please determine whether the second image contains anomalies or defects. If yes, give a specific reason.',
    ],
    [
      '--preset NAIVE --modality video',
      'Please determine whether the video frames contains anomalies or outlier points. If yes, give a specific reason.',
    ],
    [
      '--preset temporal --modality time-series',
      'Please determine whether the image contains anomalies or outlier points. If yes, give a specific reason.',
    ],
    [
      '--preset CLASS --class bagel --modality point-cloud',
      'Please determine whether the rendered depth image given about the bagel contains anomalies or defects. If yes, give a specific reason.',
    ],
    [
      '--preset NAIVE --marks',
      'The first image needs to be inspected. The second image contains its corresponding marks. Please determine whether the image contains anomalies or defects. If yes, give a specific reason.',
    ],
    [
      '--preset LOGICAL --class bags --rule One. --rule Two.',
      'The image given about bags should obey the following rules: 1. One. 2. Two. Please determine whether the given image contains anomalies or defects. If yes, give a specific reason.',
    ],
  ])('%s', (line, text) => {
    expect(run(line)).toEqual({ exitCode: 0, stdout: `${text}\n`, stderr: '' });
  });

  it('without --references a preset that speaks of one has one', () => {
    for (const preset of ['REFERENCE', 'CLASS_REFERENCE', 'FULL']) {
      expect(run(`--preset ${preset}`)).toEqual(run(`--preset ${preset} --references 1`));
    }
    expect(run('--preset FULL --class x --references 0').stdout).toBe(run('--preset RULES --class x').stdout);
  });

  it('adds the form of the answer on demand, and only then', () => {
    const { stdout } = run('--preset NAIVE');

    expect(run('--preset NAIVE --format').stdout).toBe(`${stdout.trim()}\n\n${writeFormat()}\n`);
  });

  it('own normality stands as it was given', () => {
    expect(run('--preset RULES --class cup --normality', 'A cup with one handle').stdout).toBe(
      'Please determine whether the image given about the cup contains anomalies or defects. If yes, give a specific reason. A cup with one handle\n',
    );
  });

  it('says on standard error what a preset has no part for', () => {
    expect(run('--preset NAIVE --class cup --rule One.')).toMatchObject({
      exitCode: 0,
      stderr: 'The preset NAIVE has no part for --class, --rule.\n',
    });
  });

  it('explains itself', () => {
    expect(run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--modality KIND') });
  });

  it.each<[string, string]>([
    ['--bogus', "Unknown option '--bogus'. See --help.\n"],
    ['--preset NONE', 'There is no preset "NONE".'],
    ['--modality smell', 'There is no modality "smell".'],
    ['--references many', '--references is "many"; it is a whole number from 0 to 100.'],
    ['--references 101', '--references is "101"; it is a whole number from 0 to 100.'],
    ['--class', "Option '--class <value>' argument missing"],
    ['extra', "Unexpected argument 'extra'."],
    ['--preset LOGICAL', 'The preset LOGICAL needs at least one rule. See --help.\n'],
    [`--class ${'x'.repeat(101)}`, 'className has 101 characters'],
  ])('%s ends with 2 and a sentence', (line, sentence) => {
    const result = run(line);

    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.split('\n')).toHaveLength(2);
  });
});
