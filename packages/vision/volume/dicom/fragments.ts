import { rejectDicom } from './dicom-file.ts';

const ITEM = 0xfffee000;
const END = 0xfffee0dd;
/** A frame rarely has more than one; this is far above any sound file. */
const MOST_FRAGMENTS = 1 << 18;

interface Fragment {
  /** Offset of its item tag from the first fragment's. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of each frame of encapsulated pixel data (PS3.5 section A.4), joined from its fragments: by the offset table,
 * or one fragment a frame, or all for a single frame.
 * @throws RejectedError CORRUPT_VOLUME
 */
export function splitFrames(
  bytes: Uint8Array,
  at: number,
  frames: number,
): readonly (readonly Uint8Array[])[] {
  const { table, fragments } = readItems(bytes, at);
  if (frames === 1) return [fragments.map(({ bytes }) => bytes)];
  if (fragments.length === frames) return fragments.map(({ bytes }) => [bytes]);
  if (table.length !== frames) {
    throw rejectDicom(`has ${fragments.length} pieces for ${frames} frames`, {
      fragments: fragments.length,
      frames,
    });
  }
  return groupFragments(fragments, table);
}

/** The offset table names the first fragment of each frame, in ascending order. */
function groupFragments(
  fragments: readonly Fragment[],
  table: readonly number[],
): readonly (readonly Uint8Array[])[] {
  const groups: Uint8Array[][] = table.map(() => []);
  let frame = 0;
  for (const { offset, bytes } of fragments) {
    while ((table[frame + 1] ?? Number.POSITIVE_INFINITY) <= offset) frame += 1;
    groups[frame]?.push(bytes);
  }
  if (groups.some((group) => group.length === 0)) throw rejectDicom('has frames without data');
  return groups;
}

function readItems(
  bytes: Uint8Array,
  at: number,
): { readonly table: readonly number[]; readonly fragments: readonly Fragment[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Fragment[] = [];
  let table: readonly number[] | undefined;
  let first = 0;
  for (let place = at; place + 8 <= bytes.length; ) {
    const tag = view.getUint16(place, true) * 65_536 + view.getUint16(place + 2, true);
    const length = view.getUint32(place + 4, true);
    const value = place + 8;
    if (tag === END && table !== undefined && fragments.length > 0) return { table, fragments };
    const isTooLong =
      fragments.length >= MOST_FRAGMENTS || (table === undefined && length > 4 * MOST_FRAGMENTS);
    if (tag !== ITEM || value + length > bytes.length || isTooLong) break;
    if (table === undefined) {
      table = Array.from({ length: Math.floor(length / 4) }, (_, index) =>
        view.getUint32(value + 4 * index, true),
      );
      first = value + length;
    } else {
      fragments.push({ offset: place - first, bytes: bytes.subarray(value, value + length) });
    }
    place = value + length;
  }
  throw rejectDicom('is damaged or ends within its compressed frames');
}
