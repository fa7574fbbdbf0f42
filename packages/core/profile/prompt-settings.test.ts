import { describe, expect, it } from 'vitest';
import { checkPromptSettings, DEFAULT_PROMPT_SETTINGS, type PromptSettingsPatch } from './prompt-settings.ts';

const check = (given: PromptSettingsPatch | null) => checkPromptSettings(given, ['input', 'prompt']);

describe('settings of a prompt', () => {
  it('have defaults', () => {
    expect(check(null)).toEqual(DEFAULT_PROMPT_SETTINGS);
    expect(check({})).toEqual(DEFAULT_PROMPT_SETTINGS);
  });

  it('keep what is given', () => {
    const given = {
      ...DEFAULT_PROMPT_SETTINGS,
      framing: 'BLEND',
      counts: [{ of: 'screws', least: 2, most: 2 }],
      attributes: [{ of: 'cap', allowed: ['red'] }],
      wording: [{ part: 'TASK', text: 'Look at the {class}.' }],
      referenceCount: 2,
    } as const;

    expect(check(given)).toEqual(given);
  });

  it.each<[PromptSettingsPatch, string, RegExp]>([
    [{ wording: [{ part: 'TASK', text: 'A {clas} b' }] }, 'wording.0.text', /no placeholder \{clas\}/],
    [
      {
        wording: [
          { part: 'TASK', text: 'a' },
          { part: 'TASK', text: 'b' },
        ],
      },
      'wording.1.part',
      /worded twice/,
    ],
    [{ wording: [{ part: 'TASK', text: 'x'.repeat(1001) }] }, 'wording.0.text', /1 to 1000 characters/],
    [{ counts: [{ of: 'screws', least: 3, most: 2 }] }, 'counts.0.most', /between 3 and/],
    [{ counts: [{ of: ' ', least: 0 }] }, 'counts.0.of', /1 to 200 characters/],
    [{ attributes: [{ of: 'cap', allowed: [] }] }, 'attributes.0.allowed', /at least one/],
    [{ referenceCount: 9 }, 'referenceCount', /between 1 and 8/],
    [
      { counts: Array.from({ length: 21 }, () => ({ of: 'a', least: 0 })) },
      'counts',
      /at most 20 entries, not 21/,
    ],
  ])('%j is refused with its path', (given, place, message) => {
    const path = ['input', 'prompt', ...place.split('.')];

    expect(() => check(given)).toThrow(expect.objectContaining({ code: 'INVALID', path }));
    expect(() => check(given)).toThrow(message);
  });
});
