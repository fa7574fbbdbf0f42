import { describe, expect, it } from 'vitest';
import { listVariants } from './variants.ts';

describe('listVariants', () => {
  it('gives the profile as it is when nothing is asked for', () => {
    expect(listVariants({})).toEqual([{ name: 'profile' }]);
  });

  it('begins a robustness ladder with the undisturbed profile, once for all kinds', () => {
    const variants = listVariants({ robustness: ['BLUR', 'NOISE'] });
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
    expect(() => listVariants({ robustness: ['BLUR', 'BLUR'] })).toThrow('same name');
    expect(() => listVariants({ robustness: ['BLUR', 'NOISE', 'ROTATION'] })).toThrow();
  });

  it.each([-0.1, 1.01, Number.NaN])('refuses a strength of %d', (strength) => {
    const perturbation = { kind: 'BLUR', strength } as const;
    expect(() => listVariants({ variants: [{ name: 'a', perturbation }] })).toThrow();
  });
});
