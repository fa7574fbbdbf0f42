import { describe, expect, it } from 'vitest';
import { createSpectrum, transformSpectrum } from './fourier.ts';
import { createRandom } from './random.ts';

describe('transformSpectrum', () => {
  it('agrees with the defining sum of the discrete Fourier transform', () => {
    const size = 8;
    const random = createRandom(3);
    const signal = Float64Array.from({ length: size * size }, () => random() - 0.5);
    const spectrum = createSpectrum(size);
    spectrum.real.set(signal);
    transformSpectrum(spectrum);
    for (let v = 0; v < size; v++) {
      for (let u = 0; u < size; u++) {
        let re = 0;
        let im = 0;
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const phase = (-2 * Math.PI * (u * x + v * y)) / size;
            re += (signal[y * size + x] ?? 0) * Math.cos(phase);
            im += (signal[y * size + x] ?? 0) * Math.sin(phase);
          }
        }
        expect(spectrum.real[v * size + u]).toBeCloseTo(re, 10);
        expect(spectrum.imaginary[v * size + u]).toBeCloseTo(im, 10);
      }
    }
  });

  it('comes back to the signal through its inverse', () => {
    const random = createRandom(4);
    const spectrum = createSpectrum(64);
    for (let i = 0; i < spectrum.real.length; i++) spectrum.real[i] = random();
    const before = Float64Array.from(spectrum.real);
    transformSpectrum(spectrum);
    transformSpectrum(spectrum, true);
    spectrum.real.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i] ?? 0, 10);
    });
  });

  it('refuses a side that is no power of two', () => {
    expect(() => transformSpectrum(createSpectrum(12))).toThrow(RangeError);
  });
});
