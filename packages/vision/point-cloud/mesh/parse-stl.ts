import type { Limits } from '../../limits.ts';
import { createColumns, type PointCloud } from '../cloud.ts';
import { assertPointCount, rejectCloud } from '../reject.ts';

const HEADER_BYTES = 84;
const FACET_BYTES = 50;
const VERTEX = /\bvertex\s+(\S+)\s+(\S+)\s+(\S+)/gi;

/**
 * The triangles of an STL file, binary or ASCII (3D Systems, "StereoLithography Interface Specification", 1989).
 * Each triangle keeps three vertices of its own.
 * @throws RejectedError CORRUPT_CLOUD, TOO_MANY_POINTS
 */
export function parseStl(bytes: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const facets = bytes.length < HEADER_BYTES ? Number.NaN : view.getUint32(80, true);
  // Some binary files begin with `solid` too: only their length tells.
  const isBinary = HEADER_BYTES + facets * FACET_BYTES <= bytes.length && !isFacetText(bytes);
  if (isBinary) return readBinary(view, facets, limits);
  if (isFacetText(bytes)) return readText(bytes, limits);
  throw rejectCloud('STL', 'it ends before its triangles do', { triangles: facets, bytes: bytes.length });
}

function isFacetText(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  return /^\s*solid\b[^\n]*\n\s*(?:facet|endsolid)\b/i.test(head);
}

function readBinary(view: DataView, facets: number, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const count = facets * 3;
  assertPointCount(count, limits);
  const { x, y, z } = createColumns(count);
  for (let facet = 0, at = HEADER_BYTES + 12; facet < facets; facet++, at += FACET_BYTES) {
    for (let corner = 0; corner < 3; corner++) {
      const place = at + corner * 12;
      x[facet * 3 + corner] = view.getFloat32(place, true);
      y[facet * 3 + corner] = view.getFloat32(place + 4, true);
      z[facet * 3 + corner] = view.getFloat32(place + 8, true);
    }
  }
  return { count, x, y, z, offset: [0, 0, 0], triangles: countUp(count), notes: [] };
}

function readText(bytes: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!/\bendsolid\b/i.test(text.slice(-1024))) throw rejectCloud('STL', 'it has no end');
  const values: number[] = [];
  for (const [, x, y, z] of text.matchAll(VERTEX)) {
    values.push(Number(x), Number(y), Number(z));
    if (values.length > limits.maxPoints * 3) assertPointCount(values.length / 3, limits);
  }
  const count = values.length / 3;
  if (count % 3 !== 0) throw rejectCloud('STL', 'a triangle has not three vertices', { vertices: count });
  const columns = createColumns(count);
  for (let i = 0; i < count; i++) {
    columns.x[i] = values[i * 3] ?? 0;
    columns.y[i] = values[i * 3 + 1] ?? 0;
    columns.z[i] = values[i * 3 + 2] ?? 0;
  }
  return { count, ...columns, offset: [0, 0, 0], triangles: countUp(count), notes: [] };
}

function countUp(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}
