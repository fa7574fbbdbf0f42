import { createPlane, type Plane, samplePlane } from '../kernels/plane.ts';

/** A map from query to reference pixels: (x, y) → (a·x − b·y + x₀, b·x + a·y + y₀). Scale is √(a² + b²). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly x0: number;
  readonly y0: number;
}

/** The map that leaves every point where it is. */
export const IDENTITY: Similarity = { a: 1, b: 0, x0: 0, y0: 0 };

/** A rotation by `angle` radians and a scaling that carry one centre onto another. */
export function makeSimilarity(
  angle: number,
  scale: number,
  from: { x: number; y: number },
  to: { x: number; y: number },
): Similarity {
  const a = scale * Math.cos(angle);
  const b = scale * Math.sin(angle);
  return { a, b, x0: to.x - a * from.x + b * from.y, y0: to.y - b * from.x - a * from.y };
}

/** Where a point goes. */
export function applySimilarity(map: Similarity, x: number, y: number): { x: number; y: number } {
  return { x: map.a * x - map.b * y + map.x0, y: map.b * x + map.a * y + map.y0 };
}

/**
 * The same map between pictures `factor` times as large. Pixels are areas, so centres move by half a pixel:
 * the place p of the small picture is factor·(p + ½) − ½ of the large one.
 */
export function scaleSimilarity(map: Similarity, factor: number): Similarity {
  const half = (factor - 1) / 2;
  return {
    a: map.a,
    b: map.b,
    x0: factor * map.x0 + half - map.a * half + map.b * half,
    y0: factor * map.y0 + half - map.b * half - map.a * half,
  };
}

/** Rotation in degrees (−180..180) and scale of a map. */
export function readSimilarity(map: Similarity): { rotationDegrees: number; scale: number } {
  return {
    rotationDegrees: (Math.atan2(map.b, map.a) * 180) / Math.PI,
    scale: Math.hypot(map.a, map.b),
  };
}

/** Draws the reference in the frame of the query; places outside the reference take its nearest border. */
export function warpPlane(
  reference: Plane,
  map: Similarity,
  frame: { width: number; height: number },
): Plane {
  const out = createPlane(frame.width, frame.height);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const u = map.a * x - map.b * y + map.x0;
      const v = map.b * x + map.a * y + map.y0;
      out.data[y * frame.width + x] = samplePlane(reference, u, v);
    }
  }
  return out;
}

/** Pixels along the border of a reference that do not count as seen: a resize and a movement blend them. */
const RIM = 1;

/** One for each pixel of the frame that the map puts outside a reference of the given size or on its rim, else zero. */
export function markOutside(
  reference: { width: number; height: number },
  map: Similarity,
  frame: { width: number; height: number },
): Uint8Array {
  const outside = new Uint8Array(frame.width * frame.height);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const u = map.a * x - map.b * y + map.x0;
      const v = map.b * x + map.a * y + map.y0;
      const inside =
        u >= RIM && v >= RIM && u <= reference.width - 1 - RIM && v <= reference.height - 1 - RIM;
      if (!inside) outside[y * frame.width + x] = 1;
    }
  }
  return outside;
}
