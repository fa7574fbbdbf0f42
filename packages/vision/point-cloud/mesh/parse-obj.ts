import type { Limits } from '../../limits.ts';
import { createColumn, type PointCloud, packColour, padCount } from '../cloud.ts';
import { addPolygon } from '../ply/ply-faces.ts';
import { assertPointCount, rejectCloud } from '../reject.ts';
import { TriangleList } from '../triangles.ts';

/** A face as it stands in the file: vertex numbers of which negative ones count back from `vertices`. */
interface ObjFace {
  readonly corners: readonly number[];
  readonly vertices: number;
}

/**
 * Vertices and faces of a Wavefront OBJ file (Advanced Visualizer manual, appendix B1), with colours where vertices have
 * them. Textures, materials, curves and lines are left out.
 * @throws RejectedError CORRUPT_CLOUD, TOO_MANY_POINTS
 */
export function parseObj(bytes: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const values: number[] = [];
  const shades: number[] = [];
  const faces: ObjFace[] = [];
  for (const line of readLines(bytes)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'v') {
      const [x = Number.NaN, y = Number.NaN, z = Number.NaN, ...rest] = words.slice(1).map(Number);
      if (words.length < 4) throw rejectCloud('OBJ', 'a vertex has no x, y and z');
      values.push(x, y, z);
      if (rest.length === 3) shades.push(...rest);
      if (values.length > limits.maxPoints * 3) assertPointCount(values.length / 3, limits);
    } else if (words[0] === 'f') {
      const corners = words.slice(1).map((word) => Number.parseInt(word, 10));
      faces.push({ corners, vertices: values.length / 3 });
    }
  }
  return assemble(values, shades, faces);
}

function assemble(
  values: readonly number[],
  shades: readonly number[],
  faces: readonly ObjFace[],
): PointCloud {
  const count = values.length / 3;
  const triangles = new TriangleList(count);
  for (const { corners, vertices } of faces) {
    // Numbers count from 1; NaN and 0 become numbers that do not exist.
    const read = (index: number) => {
      const corner = corners[index] ?? 0;
      return corner < 0 ? vertices + corner : corner - 1;
    };
    addPolygon(triangles, corners.length, read);
  }
  if (!triangles.isValid) throw rejectCloud('OBJ', 'a face names a vertex that does not exist');
  const offset = [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0].map((value) =>
    Number.isFinite(value) ? value : 0,
  ) as [number, number, number];
  const pick = (axis: 0 | 1 | 2) => {
    const column = createColumn(count);
    for (let i = 0; i < count; i++) column[i] = (values[i * 3 + axis] ?? 0) - offset[axis];
    return column;
  };
  return {
    count,
    x: pick(0),
    y: pick(1),
    z: pick(2),
    offset,
    colours: shades.length === count * 3 && count > 0 ? packShades(shades, count) : undefined,
    triangles: triangles.finish(),
    notes: [],
  };
}

/** Shares of 0..1, or bytes where any is above 1. */
function packShades(shades: readonly number[], count: number): Uint32Array {
  const scale = shades.some((value) => value > 1) ? 1 : 255;
  const toByte = (value: number) => Math.max(0, Math.min(255, Math.round(value * scale))) || 0;
  const colours = new Uint32Array(padCount(count));
  for (let i = 0; i < count; i++) {
    const [red = 0, green = 0, blue = 0] = shades.slice(i * 3, i * 3 + 3);
    colours[i] = packColour(toByte(red), toByte(green), toByte(blue));
  }
  return colours;
}

/** Lines in pieces, so that a large file does not become one string. A backslash continues a line. */
function* readLines(bytes: Uint8Array): Generator<string> {
  const piece = 1 << 20;
  let rest = '';
  for (let at = 0; at < bytes.length; at += piece) {
    const length = Math.min(piece, bytes.length - at);
    const text = rest + Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1');
    const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
