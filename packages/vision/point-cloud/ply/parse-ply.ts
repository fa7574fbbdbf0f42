import type { Vector } from '../../geometry.ts';
import type { Limits } from '../../limits.ts';
import type { PointCloud } from '../cloud.ts';
import { packColours } from '../pack-colours.ts';
import { assertPointCount, rejectCloud, rejectVariant } from '../reject.ts';
import { readScalar, SCALAR_BYTES } from '../scalar.ts';
import { replaceByte } from '../text/replace-byte.ts';
import { TriangleList } from '../triangles.ts';
import { createVertexColumns, findVertexLayout, pickColumn, type VertexLayout } from './ply-columns.ts';
import { addPolygon, addStrips } from './ply-faces.ts';
import { readAsciiFaces, readAsciiVertices, skipAsciiElement } from './read-ply-ascii.ts';
import { readBinaryVertices, walkRecords } from './read-ply-binary.ts';
import { measureRecord, type PlyElement, type PlyHeader, readPlyHeader } from './read-ply-header.ts';

const RETURN = 0x0d;
const NEWLINE = 0x0a;

interface Vertices {
  readonly columns: readonly (Float32Array | undefined)[];
  /** By property. */
  readonly offsets: readonly number[];
  /** 8-bit colours, packed while reading. */
  readonly colours?: Uint32Array | undefined;
}

/**
 * The points and faces of a PLY file: ASCII and both binary forms, any order of elements and properties, lists.
 * Every count is checked against the bytes before anything is allocated.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT, TOO_MANY_POINTS
 */
export function parsePly(source: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const header = readPlyHeader(source);
  const bytes = header.endsLinesByReturn ? replaceByte(source, RETURN, NEWLINE) : source;
  const vertex = header.elements.find(({ name }) => name === 'vertex');
  if (vertex === undefined) throw rejectVariant('PLY', 'A file without vertices');
  assertPointCount(vertex.count, limits);
  const layout = findVertexLayout(vertex);
  const triangles = new TriangleList(vertex.count);
  const vertices = readElements(bytes, header, vertex, layout, triangles);
  if (!triangles.isValid) throw rejectCloud('PLY', 'a face names a vertex that does not exist');
  return assemble(vertex.count, layout, vertices, triangles);
}

function readElements(
  bytes: Uint8Array,
  header: PlyHeader,
  vertex: PlyElement,
  layout: VertexLayout,
  triangles: TriangleList,
): Vertices {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = header.bodyStart;
  let vertices: Vertices | undefined;
  for (const element of header.elements) {
    assertRoom(element, header, bytes.length - at);
    if (element === vertex) {
      const columns = createVertexColumns(element, layout);
      const read = readVertices(view, bytes, header, element, layout, columns, at);
      vertices = { columns, ...read };
      at = read.end;
    } else {
      at = readFaces(view, bytes, header, element, triangles, at);
    }
  }
  if (vertices === undefined) throw rejectCloud('PLY', 'it has no vertices');
  return vertices;
}

/** The least an element can take: a character and a separator for each ASCII value (the last needs none). */
function assertRoom({ name, count, properties }: PlyElement, header: PlyHeader, room: number): void {
  const least =
    header.encoding === 'ascii' ? count * properties.length * 2 - 1 : count * measureRecord(properties);
  if (least > room) {
    throw rejectCloud('PLY', `it states ${count} of element ${name.slice(0, 40)} but ends before`, {
      neededBytes: least,
      bytes: room,
    });
  }
}

function readVertices(
  view: DataView,
  bytes: Uint8Array,
  header: PlyHeader,
  element: PlyElement,
  layout: VertexLayout,
  columns: readonly (Float32Array | undefined)[],
  start: number,
): { readonly end: number; readonly offsets: readonly number[]; readonly colours?: Uint32Array | undefined } {
  if (header.encoding === 'ascii') return readAsciiVertices(bytes, element, layout, columns, start);
  const littleEndian = header.encoding === 'binary_little_endian';
  if (element.properties.some(({ countType }) => countType !== undefined)) {
    const end = walkRecords(
      view,
      element,
      { start, littleEndian },
      -1,
      () => undefined,
      (record, index, value) => {
        const column = columns[index];
        if (column !== undefined) column[record] = value;
      },
    );
    return { end, offsets: element.properties.map(() => 0) };
  }
  const end = start + element.count * measureRecord(element.properties);
  return { end, ...readBinaryVertices(view, element, layout, columns, { start, littleEndian }) };
}

function readFaces(
  view: DataView,
  bytes: Uint8Array,
  header: PlyHeader,
  element: PlyElement,
  triangles: TriangleList,
  start: number,
): number {
  const isStrips = element.name === 'tristrips';
  const listIndex =
    isStrips || element.name === 'face'
      ? element.properties.findIndex(
          ({ name, countType }) =>
            countType !== undefined && (name === 'vertex_indices' || name === 'vertex_index'),
        )
      : -1;
  const add = isStrips ? addStrips : addPolygon;
  if (header.encoding === 'ascii') {
    if (listIndex < 0) return skipAsciiElement(bytes, element, start);
    return readAsciiFaces(bytes, element, listIndex, start, (length, read) => add(triangles, length, read));
  }
  const littleEndian = header.encoding === 'binary_little_endian';
  if (element.properties.every(({ countType }) => countType === undefined)) {
    return start + element.count * measureRecord(element.properties);
  }
  const type = element.properties[listIndex]?.type ?? 'int32';
  const size = SCALAR_BYTES[type];
  return walkRecords(view, element, { start, littleEndian }, listIndex, (first, length) =>
    add(triangles, length, (index) => readScalar(view, first + index * size, type, littleEndian)),
  );
}

function assemble(
  count: number,
  layout: VertexLayout,
  { columns, offsets, colours }: Vertices,
  triangles: TriangleList,
): PointCloud {
  const { position, colour, colourType, intensity } = layout;
  const offset: Vector = [offsets[position[0]] ?? 0, offsets[position[1]] ?? 0, offsets[position[2]] ?? 0];
  const pick = (index: number) => pickColumn(columns, index);
  const packed =
    colours ??
    (colour &&
      colourType &&
      packColours([pick(colour[0]), pick(colour[1]), pick(colour[2])], colourType, count));
  return {
    count,
    x: pick(position[0]),
    y: pick(position[1]),
    z: pick(position[2]),
    offset,
    colours: packed,
    intensities: intensity === undefined ? undefined : pick(intensity),
    triangles: triangles.finish(),
    notes: [],
  };
}
