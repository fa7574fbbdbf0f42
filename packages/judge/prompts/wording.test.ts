import { describe, expect, it } from 'vitest';
import { PromptError } from './customer-text.ts';
import type { JudgeProfile } from './profile.ts';
import type { Wording } from './wording.ts';
import { writePrompt } from './write-prompt.ts';

const SCREWS: JudgeProfile = { className: 'screw', rules: ['Two nuts.'], defects: [], preset: 'FULL' };

function write(wording: readonly Wording[], profile: Partial<JudgeProfile> = {}): string {
  return writePrompt({ ...SCREWS, ...profile, wording }, { references: 2, queries: 1 }).instruction;
}

describe("a profile's own words", () => {
  it('replace their part and leave the others as published', () => {
    expect(
      write([
        { part: 'TASK', text: 'Compare the last {noun} of the {class} with the {references} before it' },
      ]),
    ).toBe(
      'The first 2 images given about the screw are normal. Compare the last image of the screw with the 2 before it. Normally, the image given should depict clear and identifiable screw. It may have defects such as broken parts, and contaminations. The image given about screw should obey the following rules: 1. Two nuts.',
    );
  });

  it('of a part that the prompt does not have say nothing', () => {
    expect(write([{ part: 'MARKS', text: 'Look at the numbers.' }])).not.toContain('numbers');
  });

  it('hold text that looks like a placeholder inside a value as text', () => {
    const text = write([{ part: 'TASK', text: 'Judge {class}.' }], { className: '{rules}' });

    expect(text).toContain('Judge (rules).');
  });

  it('are cleaned like every text of a customer', () => {
    expect(write([{ part: 'TASK', text: 'Judge\n\n```{class}\u202e' }])).toContain("Judge '''screw");
  });

  it('with a placeholder that does not exist are refused, with its place', () => {
    const writeUnknown = () =>
      write([
        { part: 'TASK', text: '{class}' },
        { part: 'RULES', text: 'a {secret} b' },
      ]);

    expect(writeUnknown).toThrow(PromptError);
    expect(writeUnknown).toThrow(
      'The text of RULES has the placeholder {secret}, which does not exist. Use {class}, {references}, {queries}, {noun}, {normality}, {defects}, {rules}.',
    );
  });

  it('of more than 1000 characters are refused', () => {
    expect(() => write([{ part: 'TASK', text: 'x'.repeat(1001) }])).toThrow(/1001 characters/);
  });
});
