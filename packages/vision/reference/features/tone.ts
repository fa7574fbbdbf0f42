import type { Plane } from '../kernels/plane.ts';
import type { LabPlanes } from './extract.ts';

function readMoments(plane: Plane): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of plane.data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / plane.data.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / plane.data.length - mean * mean)) };
}

/**
 * The picture in the light of the model: each channel moved and stretched to the mean and deviation it has there
 * (Reinhard et al. 2001, "Color transfer between images"), stretched by no more than a quarter.
 */
export function matchTone(picture: LabPlanes, model: LabPlanes): LabPlanes {
  const match = (from: Plane, to: Plane): Plane => {
    const here = readMoments(from);
    const there = readMoments(to);
    const gain = Math.min(1.25, Math.max(0.8, (there.deviation + 1) / (here.deviation + 1)));
    return {
      width: from.width,
      height: from.height,
      data: from.data.map((value) => (value - here.mean) * gain + there.mean),
    };
  };
  return { l: match(picture.l, model.l), a: match(picture.a, model.a), b: match(picture.b, model.b) };
}
