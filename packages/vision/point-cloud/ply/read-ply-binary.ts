import { packColour, padCount } from '../cloud.ts';
import { rejectCloud } from '../reject.ts';
import {
  findOffset,
  readColumn,
  readFloatTriple,
  readScalar,
  SCALAR_BYTES,
  type ScalarColumn,
} from '../scalar.ts';
import { pickColumn, type VertexLayout } from './ply-columns.ts';
import { measureRecord, type PlyElement } from './read-ply-header.ts';

/** Takes the values of one list; `start` is the offset of the first. */
export type TakeList = (start: number, length: number) => void;

/**
 * Reads the vertices that begin at `start`, all of whose properties are single values.
 * Fills `columns` (by property, less the returned offsets) and packs 8-bit colours on the way.
 */
export function readBinaryVertices(
  view: DataView,
  element: PlyElement,
  layout: VertexLayout,
  columns: readonly (Float32Array | undefined)[],
  { start, littleEndian }: { readonly start: number; readonly littleEndian: boolean },
): { readonly offsets: readonly number[]; readonly colours: Uint32Array | undefined } {
  const stride = measureRecord(element.properties);
  const places = element.properties.map(({ type }, index): ScalarColumn => {
    const within = measureRecord(element.properties.slice(0, index));
    return { type, start: start + within, stride, count: element.count, littleEndian };
  });
  const bytesOfColour = layout.colourType === 'uint8' ? layout.colour : undefined;
  const offsets = places.map((place, index) =>
    (layout.position as readonly number[]).includes(index) ? findOffset(view, place) : 0,
  );
  const [x, y, z] = layout.position;
  const isTripleRead = readFloatTriple(
    view,
    [places[x], places[y], places[z]],
    [pickColumn(columns, x), pickColumn(columns, y), pickColumn(columns, z)],
  );
  for (const [index, place] of places.entries()) {
    const column = columns[index];
    const isRead = isTripleRead && (layout.position as readonly number[]).includes(index);
    if (column !== undefined && !isRead && !bytesOfColour?.includes(index)) {
      readColumn(view, place, column, offsets[index]);
    }
  }
  const colours = bytesOfColour && readByteColours(view, bytesOfColour, places, element.count);
  return { offsets, colours };
}

function readByteColours(
  view: DataView,
  [red, green, blue]: readonly [number, number, number],
  places: readonly ScalarColumn[],
  count: number,
): Uint32Array {
  const colours = new Uint32Array(padCount(count));
  const [at = 0, greenAt = 0, blueAt = 0] = [red, green, blue].map((index) => places[index]?.start ?? 0);
  const toGreen = greenAt - at;
  const toBlue = blueAt - at;
  const stride = places[red]?.stride ?? 0;
  for (let i = 0, place = at; i < count; i++, place += stride) {
    colours[i] = packColour(
      view.getUint8(place),
      view.getUint8(place + toGreen),
      view.getUint8(place + toBlue),
    );
  }
  return colours;
}

/**
 * Walks the records of an element that has lists. `takeValue` gets each single value, `takeList` the lists of the
 * property number `listIndex`. Returns the offset after the element.
 * @throws RejectedError when a list reaches past the end
 */
export function walkRecords(
  view: DataView,
  { name, count, properties }: PlyElement,
  { start, littleEndian }: { readonly start: number; readonly littleEndian: boolean },
  listIndex: number,
  takeList: TakeList,
  takeValue?: (record: number, property: number, value: number) => void,
): number {
  const end = view.byteLength;
  let at = start;
  for (let record = 0; record < count; record++) {
    for (let index = 0; index < properties.length; index++) {
      const property = properties[index];
      if (property === undefined) break;
      const { type, countType } = property;
      const size = SCALAR_BYTES[countType ?? type];
      if (at + size > end) throw rejectCut(name, record);
      const value = readScalar(view, at, countType ?? type, littleEndian);
      at += size;
      if (countType === undefined) {
        takeValue?.(record, index, value);
        continue;
      }
      const bytes = value * SCALAR_BYTES[type];
      if (value < 0 || bytes > end - at) throw rejectCut(name, record);
      if (index === listIndex) takeList(at, value);
      at += bytes;
    }
  }
  return at;
}

function rejectCut(name: string, record: number): Error {
  return rejectCloud('PLY', `element ${name.slice(0, 40)} ends early or has a wrong list`, { record });
}
