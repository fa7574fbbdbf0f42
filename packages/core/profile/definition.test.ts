import { describe, expect, it } from 'vitest';
import { DomainError } from '../platform/index.ts';
import { type DefinitionPatch, isSameDefinition, mergeDefinition } from './definition.ts';
import type { Definition } from './entity.ts';

const base: Definition = {
  className: 'bottle',
  normality: 'Clean glass.',
  rules: ['It has a neck.'],
  knownDefects: [],
  referenceIds: [],
  preset: 'FULL',
  model: 'loupe/reference-match',
  threshold: 0.4,
  uncertainBand: 0,
  longSidePx: 2048,
};

const blank: Definition = {
  className: '',
  rules: [],
  knownDefects: [],
  referenceIds: [],
  preset: 'NAIVE',
  model: 'blank/model',
  uncertainBand: 0.1,
  longSidePx: 512,
};

describe('mergeDefinition', () => {
  it('keeps what is absent and clears what is null', () => {
    const merged = mergeDefinition(
      base,
      blank,
      { className: 'jar', normality: null, threshold: null },
      undefined,
      ['input'],
    );
    expect(merged).toEqual({ ...base, className: 'jar', normality: undefined, threshold: undefined });
    const cleared = mergeDefinition(
      base,
      blank,
      { rules: null, preset: null, model: null, uncertainBand: null },
      undefined,
      [],
    );
    expect(cleared).toEqual({
      ...base,
      rules: [],
      preset: 'NAIVE',
      model: 'blank/model',
      uncertainBand: 0.1,
    });
  });

  it('takes limits of files below those of the plan, all of them anew, and clears them by null', () => {
    const merge = (from: Definition, fileLimits: DefinitionPatch['fileLimits']) =>
      mergeDefinition(from, blank, { fileLimits }, 'TRIAL', ['input']).fileLimits;
    const lowered = { ...base, fileLimits: merge(base, { points: 1000, rows: null }) };
    expect(lowered.fileLimits).toEqual({ points: 1000 });
    expect(merge(lowered, { rows: 5 })).toEqual({ rows: 5 });
    expect(merge(lowered, undefined)).toEqual({ points: 1000 });
    expect(merge(lowered, null)).toBeUndefined();
    expect(merge(lowered, {})).toBeUndefined();
  });

  it.each([
    [{ className: ' ' }, 'className'],
    [{ className: null }, 'className'],
    [{ rules: Array.from({ length: 21 }, () => 'x') }, 'rules'],
    [{ rules: ['y'.repeat(301)] }, 'rules'],
    [{ threshold: 1.01 }, 'threshold'],
    [{ threshold: Number.NaN }, 'threshold'],
    [{ uncertainBand: 0.51 }, 'uncertainBand'],
    [{ longSidePx: 255 }, 'longSidePx'],
    [{ referenceIds: ['smp_1', 'smp_1'] }, 'referenceIds'],
    [{ fileLimits: { points: 0 } }, 'fileLimits'],
    // The plan TRIAL allows 5,000,000.
    [{ fileLimits: { points: 5_000_001 } }, 'fileLimits'],
  ])('refuses %j and says where', (patch, field) => {
    try {
      mergeDefinition(base, blank, patch, 'TRIAL', ['input']);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      expect(error).toMatchObject({ code: 'INVALID' });
      expect((error as DomainError).path.slice(0, 2)).toEqual(['input', field]);
    }
  });
});

describe('isSameDefinition', () => {
  it('sees a change in any field', () => {
    expect(isSameDefinition(base, { ...base })).toBe(true);
    expect(isSameDefinition(base, { ...base, rules: ['It has two necks.'] })).toBe(false);
    expect(isSameDefinition(base, { ...base, threshold: undefined })).toBe(false);
  });
});
