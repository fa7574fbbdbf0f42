import type { LabPlanes } from '../features/extract.ts';
import type { Plane } from '../kernels/plane.ts';
import { createRandom } from '../kernels/random.ts';
import { makeSimilarity, markOutside, type Similarity, warpPlane } from './similarity.ts';

/** The reference in the frame of the query, all three channels. */
export function drawInFrame(reference: LabPlanes, map: Similarity, frame: Plane): LabPlanes {
  return {
    l: warpPlane(reference.l, map, frame),
    a: warpPlane(reference.a, map, frame),
    b: warpPlane(reference.b, map, frame),
  };
}

/**
 * The drawn reference with every place that it does not cover taken from the query, in place: what was never seen
 * shows no difference, and patches beside it see the same surroundings in both. Gives the mask of what was taken.
 */
export function coverOutside(
  drawn: LabPlanes,
  reference: Plane,
  map: Similarity,
  query: LabPlanes,
): Uint8Array {
  const outside = markOutside(reference, map, query.l);
  for (let i = 0; i < outside.length; i++) {
    if (outside[i] === 0) continue;
    drawn.l.data[i] = query.l.data[i] as number;
    drawn.a.data[i] = query.a.data[i] as number;
    drawn.b.data[i] = query.b.data[i] as number;
  }
  return outside;
}

/** A second photograph of the same thing: shift in pixels, turn in radians, deviation of the noise in units of L. */
export interface SecondLook {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly noise: number;
  readonly seed: number;
}

/** The picture moved, turned about its middle and made noisy; the same look gives the same picture. */
export function lookAgain(picture: LabPlanes, look: SecondLook): LabPlanes {
  const middle = { x: (picture.l.width - 1) / 2, y: (picture.l.height - 1) / 2 };
  const map = makeSimilarity(look.angle, 1, middle, { x: middle.x + look.x, y: middle.y + look.y });
  const seen = drawInFrame(picture, map, picture.l);
  const random = createRandom(look.seed);
  // A uniform number has a deviation of 1/√12.
  for (let i = 0; i < seen.l.data.length; i++) {
    seen.l.data[i] = (seen.l.data[i] as number) + look.noise * Math.sqrt(12) * (random() - 0.5);
  }
  return seen;
}
