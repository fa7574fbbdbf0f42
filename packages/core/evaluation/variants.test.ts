import { describe, expect, it } from 'vitest';
import { DEFAULT_CALL_SETTINGS, DEFAULT_PROMPT_SETTINGS, type Definition } from '../profile/index.ts';
import { checkResultCount, listVariants, type VariantInput } from './variants.ts';

const base: Definition = {
  className: 'board',
  rules: [],
  knownDefects: [],
  referenceIds: [],
  preset: 'FULL',
  prompt: { ...DEFAULT_PROMPT_SETTINGS, secondLook: true, exemplars: { count: 1, notes: false } },
  calls: { ...DEFAULT_CALL_SETTINGS, votes: 3, cascade: { model: 'cheap', low: 0.2, high: 0.8 } },
  model: 'gpt-4.1',
  uncertainBand: 0.1,
  longSidePx: 2048,
};
/** The one variant that this gives. */
const read = (given: Omit<VariantInput, 'name'>) =>
  listVariants({ variants: [{ name: 'a', ...given }] }, base)[0];

describe('listVariants', () => {
  it('gives the profile as it is when nothing is asked for', () => {
    expect(listVariants({}, base)).toEqual([{ name: 'profile' }]);
  });

  it('begins a robustness ladder with the undisturbed profile, once for all kinds', () => {
    const variants = listVariants({ robustness: ['BLUR', 'NOISE'] }, base);
    expect(variants.map(({ name }) => name)).toEqual([
      'undisturbed',
      'BLUR 0.25',
      'BLUR 0.5',
      'BLUR 0.75',
      'BLUR 1',
      'NOISE 0.25',
      'NOISE 0.5',
      'NOISE 0.75',
      'NOISE 1',
    ]);
    expect(variants[0]).toEqual({ name: 'undisturbed' });
    expect(variants[8]?.perturbation).toEqual({ kind: 'NOISE', strength: 1 });
  });

  it('refuses a kind named twice, and more than twelve variants', () => {
    expect(() => listVariants({ robustness: ['BLUR', 'BLUR'] }, base)).toThrow('same name');
    expect(() => listVariants({ robustness: ['BLUR', 'NOISE', 'ROTATION'] }, base)).toThrow();
  });

  it.each([-0.1, 1.01, Number.NaN])('refuses a strength of %d', (strength) => {
    const perturbation = { kind: 'BLUR', strength } as const;
    expect(() => listVariants({ variants: [{ name: 'a', perturbation }] }, base)).toThrow();
  });

  it('lays settings over those of the profile: what is left out stays, null takes the default', () => {
    const prompt = { marks: 'SEGMENTER', secondLook: null, exemplars: { count: 4 } } as const;
    expect(read({ prompt })?.prompt).toEqual({
      ...DEFAULT_PROMPT_SETTINGS,
      marks: 'SEGMENTER',
      exemplars: { count: 4, notes: false },
    });
    expect(read({ calls: { models: ['gemini-2.5-pro'], cascade: null } })?.calls).toEqual({
      ...DEFAULT_CALL_SETTINGS,
      votes: 3,
      models: ['gemini-2.5-pro'],
    });
    expect(read({ uncertainBand: 0.2 })).toMatchObject({ uncertainBand: 0.2, prompt: undefined });
  });

  it.each<[Omit<VariantInput, 'name'>, string]>([
    [{ prompt: { exemplars: { count: 5 } } }, 'prompt.exemplars.count'],
    [{ prompt: { framing: 'CHECKLIST' } }, 'prompt.framing'],
    [{ framing: 'CHECKLIST' }, 'framing'],
    [{ framing: 'BLEND', prompt: { framing: 'DIRECT' } }, 'prompt.framing'],
    [{ preset: 'LOGICAL' }, 'preset'],
    [{ calls: { votes: 10 } }, 'calls.votes'],
    [{ calls: { cascade: { model: 'cheap', low: 0.8, high: 0.2 } } }, 'calls.cascade.low'],
    [{ uncertainBand: 0.6 }, 'uncertainBand'],
  ])('refuses %j and says where', (given, where) => {
    const path = ['input', 'variants', '0', ...where.split('.')];
    expect(() => read(given)).toThrow(expect.objectContaining({ code: 'INVALID', path }));
  });
});

it('evaluates as many results as figures can be made of, and says how many variants are left', () => {
  checkResultCount(10_000_000, 1, false);
  checkResultCount(800_000, 12, false);
  expect(() => checkResultCount(1_000_000, 11, false)).toThrow('at most 10 variants');
  checkResultCount(1_000_000, 3, true);
  expect(() => checkResultCount(400_000, 12, true)).toThrow('at most 7 variants');
  expect(() => checkResultCount(4_000_000, 1, true)).toThrow('Divide them among several datasets.');
});
