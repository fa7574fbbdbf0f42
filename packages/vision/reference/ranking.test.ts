/** What the detector is accepted for: a defect scores above every harmless change of a normal picture. */
import { describe, expect, it } from 'vitest';
import { drawPerturbation, perturbImage } from '../perturb/index.ts';
import { detectAnomalies } from './detect.ts';
import { CRACKED_COOKIES, NORMAL_COOKIES, PAIRS, readFixture } from './testing/fixtures.ts';

const SEEDS = [1, 2, 3, 4];
const TIMEOUT_MS = 120_000;

describe('with one normal picture as the only reference', () => {
  it.each(PAIRS)(
    'a defective $name scores above each of four perturbed copies of the normal one',
    async (pair) => {
      const normal = readFixture(pair.normal);
      const defective = await detectAnomalies(readFixture(pair.abnormal), [normal]);
      const harmless: number[] = [];
      for (const seed of SEEDS) {
        const copy = await perturbImage(normal, drawPerturbation(seed), seed);
        harmless.push((await detectAnomalies(copy, [normal])).score);
      }
      expect(defective.score).toBeGreaterThan(Math.max(...harmless));
      expect(defective.score).toBeGreaterThan(0.5);
      expect(Math.max(...harmless)).toBeLessThan(0.5);
    },
    TIMEOUT_MS,
  );
});

describe('with two normal cookies as references', () => {
  it.each([0, 1, 2])(
    'normal cookie %i, held out, scores below every cracked one',
    async (heldOut) => {
      const references = NORMAL_COOKIES.filter((_, index) => index !== heldOut).map(readFixture);
      const normal = await detectAnomalies(readFixture(NORMAL_COOKIES[heldOut] ?? ''), references);
      for (const name of CRACKED_COOKIES) {
        const cracked = await detectAnomalies(readFixture(name), references);
        expect(cracked.score).toBeGreaterThan(normal.score);
        expect(cracked.score).toBeGreaterThan(0.5);
      }
    },
    TIMEOUT_MS,
  );
});
