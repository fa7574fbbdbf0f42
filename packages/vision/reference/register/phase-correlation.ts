import { createSpectrum, type Spectrum, transformSpectrum } from '../kernels/fourier.ts';
import { type Plane, samplePlane } from '../kernels/plane.ts';

/** One candidate of a correlation surface: displacement in pixels and height of the peak. */
export interface Peak {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * Spectrum of a plane laid in the middle of a `size` grid, mean removed and tapered by a Hann window so that its
 * borders do not correlate; `taperRows` false leaves the vertical axis alone, for planes that close on themselves.
 * Throws RangeError when the plane is larger than the grid.
 */
export function readSpectrum(plane: Plane, size: number, taperRows = true): Spectrum {
  const { width, height, data } = plane;
  if (width > size || height > size) {
    throw new RangeError(`A plane of ${width} × ${height} does not fit a Fourier grid of ${size}.`);
  }
  const spectrum = createSpectrum(size);
  const left = (size - width) >> 1;
  const top = (size - height) >> 1;
  let mean = 0;
  for (const value of data) mean += value;
  mean /= data.length;
  for (let y = 0; y < height; y++) {
    const taperY = taperRows ? 0.5 - 0.5 * Math.cos((2 * Math.PI * (y + 0.5)) / height) : 1;
    for (let x = 0; x < width; x++) {
      const taper = taperY * (0.5 - 0.5 * Math.cos((2 * Math.PI * (x + 0.5)) / width));
      spectrum.real[(top + y) * size + left + x] = taper * ((data[y * width + x] as number) - mean);
    }
  }
  transformSpectrum(spectrum);
  return spectrum;
}

/**
 * Displacement d with second(p) ≈ first(p + d), as the highest peaks of the phase correlation
 * (Kuglin and Hines 1975), best first. Frequencies are weighted by a Gaussian low pass (`softness` in cycles per
 * grid) since the phase of the highest ones is noise. Displacements are whole pixels, −size/2..size/2.
 */
export function correlatePhases(first: Spectrum, second: Spectrum, peaks: number, softness = 0.18): Peak[] {
  const { size } = first;
  const cross = createSpectrum(size);
  const limit = softness * size;
  for (let v = 0; v < size; v++) {
    const fv = v < size / 2 ? v : v - size;
    for (let u = 0; u < size; u++) {
      const fu = u < size / 2 ? u : u - size;
      const i = v * size + u;
      const a = first.real[i] as number;
      const b = first.imaginary[i] as number;
      const c = second.real[i] as number;
      const d = second.imaginary[i] as number;
      const re = a * c + b * d;
      const im = b * c - a * d;
      const weight = Math.exp(-(fu * fu + fv * fv) / (2 * limit * limit)) / (Math.hypot(re, im) + 1e-12);
      cross.real[i] = re * weight;
      cross.imaginary[i] = im * weight;
    }
  }
  transformSpectrum(cross, true);
  return pickPeaks(cross.real, size, peaks);
}

function pickPeaks(surface: Float64Array, size: number, count: number): Peak[] {
  const left = Float64Array.from(surface);
  const found: Peak[] = [];
  while (found.length < count) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if ((left[i] as number) > (left[best] as number)) best = i;
    const height = left[best] as number;
    if (!Number.isFinite(height)) break;
    const x = best % size;
    const y = (best - x) / size;
    found.push({ x: x < size / 2 ? x : x - size, y: y < size / 2 ? y : y - size, height });
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        left[((y + dy + size) % size) * size + ((x + dx + size) % size)] = Number.NEGATIVE_INFINITY;
      }
    }
  }
  return found;
}

/** A turn in radians (0..π, the spectrum cannot tell it from a half turn more) and a scale. */
export interface TurnAndScale {
  readonly angle: number;
  readonly scale: number;
  readonly height: number;
}

const POLAR_SIZE = 128;

/**
 * Rotations and scales that carry the query onto the reference, from the log-polar magnitudes of their spectra
 * (Reddy and Chatterji 1996, "An FFT-based technique for translation, rotation, and scale-invariant image
 * registration"), best first. Scales outside 0.8..1.25 are left out.
 */
export function findTurns(query: Spectrum, reference: Spectrum, peaks: number): TurnAndScale[] {
  const inner = 4;
  const outer = query.size * 0.45;
  const logStep = Math.log(outer / inner) / POLAR_SIZE;
  const found = correlatePhases(
    readSpectrum(unrollMagnitudes(reference, inner, logStep), POLAR_SIZE, false),
    readSpectrum(unrollMagnitudes(query, inner, logStep), POLAR_SIZE, false),
    peaks,
  );
  return found
    .map(({ x, y, height }) => ({
      angle: (y * Math.PI) / POLAR_SIZE,
      scale: Math.exp(-x * logStep),
      height,
    }))
    .filter(({ scale }) => scale >= 0.8 && scale <= 1.25);
}

function unrollMagnitudes(spectrum: Spectrum, inner: number, logStep: number): Plane {
  const { size } = spectrum;
  const centred = new Float32Array(size * size);
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const i = v * size + u;
      const place = ((v + size / 2) % size) * size + ((u + size / 2) % size);
      centred[place] = Math.log1p(Math.hypot(spectrum.real[i] as number, spectrum.imaginary[i] as number));
    }
  }
  const magnitudes: Plane = { width: size, height: size, data: centred };
  const data = new Float32Array(POLAR_SIZE * POLAR_SIZE);
  for (let turn = 0; turn < POLAR_SIZE; turn++) {
    const angle = (turn * Math.PI) / POLAR_SIZE;
    for (let ring = 0; ring < POLAR_SIZE; ring++) {
      const radius = inner * Math.exp(ring * logStep);
      data[turn * POLAR_SIZE + ring] = samplePlane(
        magnitudes,
        size / 2 + radius * Math.cos(angle),
        size / 2 + radius * Math.sin(angle),
      );
    }
  }
  return { width: POLAR_SIZE, height: POLAR_SIZE, data };
}
