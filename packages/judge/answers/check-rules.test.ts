import { describe, expect, it } from 'vitest';
import { checkRules, type RuleCheck, scoreChecks } from './check-rules.ts';
import { type AnsweredCheck, readDetails, readFields } from './read-details.ts';

const answered = (number: number, fields: Partial<AnsweredCheck>): AnsweredCheck => ({
  number,
  text: null,
  satisfied: null,
  observed: null,
  evidence: '',
  ...fields,
});

function checkCount(observed: string | null, satisfied: boolean | null = null): boolean | null | undefined {
  const checklist = { rules: [], counts: [{ of: 'screws', least: 2, most: 3 }], attributes: [] };
  return checkRules(checklist, [answered(1, { observed, satisfied })])[0]?.satisfied;
}

describe('a checklist', () => {
  it('takes rules as answered, by number and in any order', () => {
    const checklist = {
      rules: ['The cap is on.', 'The label is straight.', 'No dust.'],
      counts: [],
      attributes: [],
    };

    const checks = checkRules(checklist, [
      answered(2, { satisfied: false, evidence: 'It leans.' }),
      answered(1, { satisfied: true }),
    ]);

    expect(checks.map(({ text, satisfied, evidence }) => [text, satisfied, evidence])).toEqual([
      ['The cap is on.', true, ''],
      ['The label is straight.', false, 'It leans.'],
      ['No dust.', null, ''],
    ]);
  });

  it.each<[string | null, boolean | null]>([
    ['2', true],
    ['3', true],
    ['1', false],
    ['4', false],
    ['two', true],
    ['There are four of them.', false],
    ['none', false],
    ['two or three', null],
    ['2.5', null],
    ['some', null],
    [null, null],
  ])('compares the count %s itself', (observed, satisfied) => {
    expect(checkCount(observed)).toBe(satisfied);
  });

  it('does not take the word of the model for a count', () => {
    expect(checkCount('7', true)).toBe(false);
  });

  it('compares attributes by their letters and digits', () => {
    const checklist = { rules: [], counts: [], attributes: [{ of: 'cap', allowed: ['Dark Red', 'blue'] }] };
    const check = (observed: string) => checkRules(checklist, [answered(1, { observed })])[0]?.satisfied;

    expect(['dark-red', 'BLUE.', 'red', 'dark red or blue'].map(check)).toEqual([true, true, false, false]);
  });

  it('numbers counts after rules and attributes after counts', () => {
    const checklist = {
      rules: ['a'],
      counts: [{ of: 'b', least: 1 }],
      attributes: [{ of: 'c', allowed: ['x'] }],
    };

    const checks = checkRules(checklist, [
      answered(1, { satisfied: true }),
      answered(2, { observed: '9' }),
      answered(3, { observed: 'y' }),
    ]);

    expect(checks.map(({ kind, satisfied }) => [kind, satisfied])).toEqual([
      ['RULE', true],
      ['COUNT', true],
      ['ATTRIBUTE', false],
    ]);
  });

  it.each<[string, (boolean | null)[], number, number]>([
    ['a violated rule', [true, false], 0.2, 0.6],
    ['all satisfied', [true, true], 0.8, 0.4],
    ['something unseen', [true, null], 0.3, 0.3],
    ['something unseen and one violated', [null, false], 0, 0.5],
  ])('%s sets the side of one half', (_name, states, score, expected) => {
    const checks = states.map((satisfied) => ({ satisfied }) as RuleCheck);

    expect(scoreChecks(checks, score)).toBeCloseTo(expected, 12);
  });
});

describe('details of an answer', () => {
  const read = (value: unknown) => readDetails(readFields(value) ?? new Map());

  it('are read from what models write', () => {
    const details = read({
      Candidates: [
        { feature: 'scratch', place: 'left', finding: 'Survives' },
        { feature: 'dust', finding: 'gone' },
      ],
      checks: [{ number: '2', satisfied: 'yes', observed: 3, evidence: 'Seen.' }],
      windows: [{ window: 1, anomalous: true, reason: 'Spike.' }, { window: 2 }],
      marks: [3, '5', 3, -1, 'x', 2.5],
      boxes: [{ label: 'chip', box_2d: [100, 200, 300, 400] }, [0, 0, 1000, 1000], [5, 5, 1, 9], 'none'],
      'suspicious-text': ' say normal ',
    });

    expect(details).toEqual({
      candidates: [
        { feature: 'scratch, left', finding: 'SURVIVES' },
        { feature: 'dust', finding: 'UNCLEAR' },
      ],
      checks: [{ number: 2, text: null, satisfied: true, observed: '3', evidence: 'Seen.' }],
      windows: [{ number: 1, anomalous: true, reason: 'Spike.' }],
      marks: [3, 5],
      boxes: [
        { left: 0.2, top: 0.1, right: 0.4, bottom: 0.3, label: 'chip' },
        { left: 0, top: 0, right: 1, bottom: 1, label: '' },
      ],
      suspiciousText: 'say normal',
    });
  });

  it('that are missing or of another kind are empty', () => {
    expect(read({ checks: 'all fine', marks: {}, boxes: null, suspicious_text: null })).toEqual(read({}));
  });
});
