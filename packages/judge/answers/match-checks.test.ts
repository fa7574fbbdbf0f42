import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchChecks } from './match-checks.ts';
import { type AnsweredCheck, readDetails, readFields } from './read-details.ts';

/** Rules as they are written for MVTec LOCO and for boards, and how models say them again. */
const RULES: readonly (readonly [rule: string, ...paraphrases: string[]])[] = [
  [
    'The breakfast box holds exactly two tangerines.',
    'Exactly two tangerines are in the box',
    'two tangerines present',
  ],
  ['There is one nectarine on the left side.', 'one nectarine, left side', 'A nectarine lies on the left'],
  [
    'Cereals and almonds fill the right compartment.',
    'the right compartment is filled with cereals and almonds',
  ],
  ['The bottle is filled to the middle of the neck.', 'Bottle filled up to the middle of its neck'],
  [
    'The label of the fruit is at the centre of the bottle.',
    'fruit label centred: label of the fruit at the centre',
  ],
  ['Every pushpin lies in a compartment of its own.', 'each pushpin has its own compartment'],
  ['The cable joins the two splicing connectors.', 'Splicing connectors are joined by the cable'],
  ['Both washers have the same diameter.', 'same diameter of both washers'],
  ['The long bolt is longer than the short bolt.', 'long bolt longer than the short one'],
  ['No trace of the circuit is open.', 'circuit traces: none open, no open trace'],
  ['Solder covers all pads.', 'all of the pads are covered by solder'],
  ['The cap is screwed on straight.', 'cap screwed on, straight'],
];

const answered = (fields: Partial<AnsweredCheck>): AnsweredCheck => ({
  number: null,
  text: null,
  satisfied: null,
  observed: null,
  evidence: '',
  ...fields,
});

/** Some of the rules in any order, each with one of its wordings, and an order in which they are answered. */
const dialogue = fc.shuffledSubarray([...RULES], { minLength: 2 }).chain((rules) =>
  fc.record({
    rules: fc.constant(rules.map(([rule]) => rule)),
    said: fc.tuple(...rules.map((wordings) => fc.constantFrom(...wordings))),
    order: fc.shuffledSubarray(
      rules.map((_, at) => at),
      { minLength: rules.length },
    ),
    manner: fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => `I checked whether ${text.replace(/[.,:]/g, '')}`,
      (text: string) => text.toLowerCase().replaceAll(' ', '_'),
    ),
  }),
);

describe('answers to a checklist', () => {
  it('find their rules, reordered, paraphrased, and numbered anew', () => {
    fc.assert(
      fc.property(dialogue, fc.boolean(), ({ rules, said, order, manner }, isNumbered) => {
        const answers = order.map((at, place) =>
          answered({
            number: isNumbered ? place + 1 : null,
            text: manner(said[at] ?? ''),
            evidence: `about ${at}`,
          }),
        );

        expect(matchChecks(rules, answers).map((answer) => answer?.evidence)).toEqual(
          rules.map((_, at) => `about ${at}`),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('find their rules by number alone, in any order, from one or from zero', () => {
    fc.assert(
      fc.property(dialogue, fc.constantFrom(0, 1), ({ rules, order }, first) => {
        const answers = order.map((at) => answered({ number: at + first, evidence: `about ${at}` }));

        expect(matchChecks(rules, answers).map((answer) => answer?.evidence)).toEqual(
          rules.map((_, at) => `about ${at}`),
        );
      }),
    );
  });

  it('are told apart by what rules do not share', () => {
    const rules = ['No dust.', 'No dust on the lens, and no scratches.', 'No scratches on the frame.'];
    const answers = [
      answered({ number: 1, text: 'No scratches on frame', evidence: 'c' }),
      answered({ number: 2, text: 'No dust', evidence: 'a' }),
      answered({ number: 3, text: 'Lens: no dust and no scratches on it', evidence: 'b' }),
    ];

    expect(matchChecks(rules, answers).map((answer) => answer?.evidence)).toEqual(['a', 'b', 'c']);
  });

  it('without a number or words count by their place only where all are there', () => {
    const bare = [answered({ evidence: 'a' }), answered({ evidence: 'b' })];

    expect(matchChecks(['x', 'y'], bare)).toEqual(bare);
    expect(matchChecks(['x', 'y', 'z'], bare)).toEqual([undefined, undefined, undefined]);
  });

  it('given twice are one when they agree, and undecided when not', () => {
    const yes = answered({ number: 1, satisfied: true });

    expect(matchChecks(['x'], [yes, yes])).toEqual([yes]);
    expect(matchChecks(['x'], [yes, answered({ number: 1, satisfied: false })])[0]).toMatchObject({
      satisfied: null,
      evidence: 'It was answered twice, differently.',
    });
  });

  it('whatever they are, are each about one check at most, and none is made up', () => {
    const answer = fc.record({
      number: fc.option(fc.integer({ min: 0, max: 9 })),
      text: fc.option(fc.string()),
      satisfied: fc.option(fc.boolean()),
      observed: fc.option(fc.string()),
      evidence: fc.uuid(),
    });
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 5 }),
        fc.array(answer, { maxLength: 8 }),
        (checks, answers) => {
          const found = matchChecks(checks, answers);

          expect(found).toHaveLength(checks.length);
          const evidence = found.flatMap((each) => each?.evidence ?? []);
          const own = evidence.filter((text) => answers.some((each) => each.evidence === text));
          expect(new Set(own).size).toBe(own.length);
          expect(
            evidence.every((text) => own.includes(text) || text.startsWith('It was answered twice')),
          ).toBe(true);
        },
      ),
    );
  });

  it.each<[object, number | null, string | null]>([
    [{ number: 2 }, 2, null],
    [{ number: '2.' }, 2, null],
    [{ id: 'R2' }, 2, null],
    [{ rule: 'Rule 2:' }, 2, null],
    [{ rule: 'Two nuts.' }, null, 'Two nuts.'],
    [{ number: 3, check: 'There are 2 nuts' }, 3, 'There are 2 nuts'],
    [{ check: 'Nuts: 2' }, null, 'Nuts: 2'],
    [{ check: 'M4 screws of 12 mm' }, null, 'M4 screws of 12 mm'],
    [{}, null, null],
  ])('are read from %o', (check, number, text) => {
    const [read] = readDetails(readFields({ checks: [check] }) ?? new Map()).checks;
    expect(read).toMatchObject({ number, text });
  });
});
