import { describe, expect, it } from 'vitest';
import { DomainError } from '../platform/index.ts';
import { isSameDefinition, mergeDefinition } from './definition.ts';
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
    const merged = mergeDefinition(base, blank, { className: 'jar', normality: null, threshold: null }, [
      'input',
    ]);
    expect(merged).toEqual({ ...base, className: 'jar', normality: undefined, threshold: undefined });
    const cleared = mergeDefinition(
      base,
      blank,
      { rules: null, preset: null, model: null, uncertainBand: null },
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
  ])('refuses %j and says where', (patch, field) => {
    try {
      mergeDefinition(base, blank, patch, ['input']);
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
