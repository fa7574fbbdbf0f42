import { DECLARED_XYZ, type PointCloudMediaType } from './media-types.ts';
import { readXyzHead } from './text/read-xyz-head.ts';

const STL_HEADER_BYTES = 84;
const STL_FACET_BYTES = 50;
/** Enough facets to tell a binary STL, which has no signature, from other bytes. */
const STL_FACETS = 8;

/**
 * Media type of points or faces from a file's first bytes (4096, or all of a shorter file). Columns of numbers are a cloud
 * when the file says so, by names of columns beginning with x, y and z or by a count of points before them, or when it
 * is declared as one.
 */
export function detectCloud(head: Uint8Array, declared?: string): PointCloudMediaType | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  if (/^ply\r?[\n\r]/.test(text)) return 'model/ply';
  if (/^(?:[ \t]*(?:#[^\n]*)?\r?\n)*VERSION[ \t]+\.?[\d.]+\s+(?:FIELDS|COLUMNS)\b/.test(text)) {
    return 'model/x-pcd';
  }
  if (text.startsWith('LASF') && head.length > 104) {
    return ((head[104] ?? 0) & 0x80) === 0 ? 'application/vnd.las' : 'application/vnd.laszip';
  }
  if (/^\s*solid\b[^\n]*\n\s*(?:facet\s+normal|endsolid)\b/i.test(text) || isBinaryStl(head)) {
    return 'model/stl';
  }
  if (isObj(text)) return 'model/obj';
  const table = readXyzHead(head);
  if (table === undefined) return undefined;
  const name = (declared?.split(';')[0] ?? '').trim().toLowerCase();
  if (!table.isStated && !DECLARED_XYZ.has(name)) return undefined;
  return table.count === undefined ? 'text/x-xyz' : 'model/x-pts';
}

/** The first facets have normals of length 1 or 0, or none where a facet has no area, and most have finite corners. */
function isBinaryStl(head: Uint8Array): boolean {
  if (head.length < STL_HEADER_BYTES + STL_FACET_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const stated = view.getUint32(80, true);
  const present = Math.floor((head.length - STL_HEADER_BYTES) / STL_FACET_BYTES);
  const facets = Math.min(stated, present, STL_FACETS);
  // A file that lies wholly in the head must be as long as it states.
  if (
    facets === 0 ||
    (stated < STL_FACETS && head.length > STL_HEADER_BYTES + (stated + 1) * STL_FACET_BYTES)
  ) {
    return false;
  }
  let whole = 0;
  for (let facet = 0; facet < facets; facet++) {
    const at = STL_HEADER_BYTES + facet * STL_FACET_BYTES;
    const values = Array.from({ length: 12 }, (_, index) => view.getFloat32(at + index * 4, true));
    const length = Math.hypot(values[0] ?? 0, values[1] ?? 0, values[2] ?? 0);
    const isNormal = Number.isNaN(length) || length === 0 || Math.abs(length - 1) < 0.01;
    if (!isNormal || values.some((value) => Math.abs(value) >= 1e12)) return false;
    const corners = values.slice(3);
    if (corners.every((value) => value === 0)) return false;
    if (corners.every(Number.isFinite)) whole += 1;
  }
  return whole * 2 > facets;
}

/** Lines of OBJ keywords, a vertex among them, and nothing else. */
function isObj(text: string): boolean {
  if (!/^[ \t]*v[ \t]+[-+.\d]/m.test(text)) return false;
  // The last line may be cut.
  const lines = text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trim());
  return lines.every(
    (line) => line === '' || /^(?:#|(?:mtllib|usemtl|o|g|s|v|vn|vt|vp|f|l|p|mg|usemap)(?:\s|$))/.test(line),
  );
}
