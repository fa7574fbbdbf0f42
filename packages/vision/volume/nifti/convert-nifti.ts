import type { SliceGeometry, Vector } from '../../geometry.ts';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { Rendering } from '../../types.ts';
import { chooseSlices } from '../choose-slices.ts';
import { applyWindow, assertVaried, measureWindow, type Samples } from '../grey-window.ts';
import { isGzip } from '../gzip.ts';
import type { VolumeSettings } from '../options.ts';
import { renderSlices } from '../render-slices.ts';
import { type Cut, chooseCut, type Walk } from './nifti-cut.ts';
import { type NiftiHeader, readNiftiHeader } from './nifti-header.ts';
import { readPieces, readSlabs } from './nifti-slabs.ts';
import { NIFTI1_BYTES } from './nifti-version.ts';

/** A byte of deflate unpacks to at most so many. */
const MOST_UNPACKED = 1032;

/**
 * Grey views of slices of the first volume of a NIfTI-1 file.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertNifti(
  bytes: Uint8Array,
  {
    longSidePx,
    limits,
    volume,
  }: { readonly longSidePx: number; readonly limits: Limits; readonly volume: VolumeSettings },
): Promise<Rendering> {
  const header = readNiftiHeader(await readHead(bytes, limits.maxSeconds), limits);
  const notes = describeLosses(header);
  const asked = chooseCut(header, volume.plane);
  const cut = asked ?? chooseCut(header, 'STORED');
  if (cut === undefined) throw new TypeError('A volume can always be cut as it is stored.');
  if (asked === undefined) {
    notes.push('The file does not say how its voxels lie in the body, so its stored slices are shown.');
  }
  const indexes = chooseSlices(header.size[cut.through], volume);
  const slices = await readSlices(bytes, { header, cut, indexes, maxSeconds: limits.maxSeconds });
  assertVaried(slices);
  const window = volume.window ?? header.window ?? measureWindow(slices);
  const [widthPx, heightPx] = [header.size[cut.right.axis], header.size[cut.down.axis]];
  const { spacingMm } = header;
  const spacing = spacingMm && ([spacingMm[cut.right.axis], spacingMm[cut.down.axis]] as const);
  return renderSlices(
    slices.map((samples, position) => {
      const index = indexes[position] ?? 0;
      return {
        data: applyWindow(samples, window, false),
        widthPx,
        heightPx,
        channels: 1 as const,
        plane: cut.plane,
        index,
        count: header.size[cut.through],
        ...(spacing && { spacingMm: spacing }),
        ...(cut.edges && { edges: cut.edges }),
        window,
        voxels: placeVoxels(header, cut, index),
      };
    }),
    { longSidePx, notes },
  );
}

/** The header, unpacked when it is gzipped. */
async function readHead(bytes: Uint8Array, maxSeconds: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes.subarray(0, NIFTI1_BYTES);
  for await (const slab of readSlabs(readPieces(bytes, maxSeconds), {
    start: 0,
    slabBytes: NIFTI1_BYTES,
    count: 1,
  })) {
    return slab.slice();
  }
  throw new TypeError('A slab is given or refused.');
}

interface Reading {
  readonly header: NiftiHeader;
  readonly cut: Cut;
  readonly indexes: readonly number[];
  readonly maxSeconds: number;
}

async function readSlices(
  bytes: Uint8Array,
  { header, cut, indexes, maxSeconds }: Reading,
): Promise<Samples[]> {
  const { size, volumes, voxel, voxelsAt, slope, intercept } = header;
  const slabBytes = size[0] * size[1] * voxel.bytes;
  const needed = voxelsAt + slabBytes * size[2];
  // Before allocating: a few bytes may not claim a volume that they cannot fill.
  if (needed > bytes.length * (isGzip(bytes) ? MOST_UNPACKED : 1)) {
    throw new RejectedError(
      'CORRUPT_VOLUME',
      'The NIfTI file is shorter than its header states. Send it again, or export it again from its source.',
      { bytes: bytes.length, stated: needed },
    );
  }
  const [width, height] = [size[cut.right.axis], size[cut.down.axis]];
  const slices = indexes.map(() => ({ stored: voxel.create(width * height), slope, intercept }));
  // Read to the end when packed: only that tells whether the stream is whole.
  const reading = { start: voxelsAt, slabBytes, count: size[2], rest: slabBytes * size[2] * (volumes - 1) };
  let k = 0;
  for await (const slab of readSlabs(readPieces(bytes, maxSeconds), reading)) {
    slices.forEach(({ stored }, position) => {
      const index = indexes[position] ?? 0;
      if (cut.through !== 2 || index === k) copyFromSlab(slab, stored, { header, cut, index, k });
    });
    k += 1;
  }
  return slices;
}

/** Copies the voxels of slab `k` that belong to a slice. */
function copyFromSlab(
  slab: Uint8Array,
  to: Samples['stored'],
  {
    header,
    cut,
    index,
    k,
  }: { readonly header: NiftiHeader; readonly cut: Cut; readonly index: number; readonly k: number },
): void {
  const { size, voxel, littleEndian } = header;
  const view = new DataView(slab.buffer, slab.byteOffset, slab.byteLength);
  const strides = [1, size[0], 0] as const;
  const width = size[cut.right.axis];
  const xs = range(cut.right, size, k);
  const ys = range(cut.down, size, k);
  const base = cut.through === 2 ? 0 : index * strides[cut.through];
  for (let y = ys.first; y < ys.end; y++) {
    const row = base + locate(cut.down, size, y) * strides[cut.down.axis];
    for (let x = xs.first; x < xs.end; x++) {
      const at = row + locate(cut.right, size, x) * strides[cut.right.axis];
      to[y * width + x] = voxel.read(view, at * voxel.bytes, littleEndian);
    }
  }
}

/** Places along a walk whose voxels lie in slab `k`. */
function range(
  walk: Walk,
  size: readonly number[],
  k: number,
): { readonly first: number; readonly end: number } {
  const length = size[walk.axis] ?? 0;
  if (walk.axis !== 2) return { first: 0, end: length };
  const place = walk.backwards ? length - 1 - k : k;
  return { first: place, end: place + 1 };
}

function locate({ axis, backwards }: Walk, size: readonly number[], place: number): number {
  return backwards ? (size[axis] ?? 0) - 1 - place : place;
}

/** The voxel (i, j, k) at the top left of a slice and the steps to the right and down. */
function placeVoxels({ size }: NiftiHeader, { right, down, through }: Cut, index: number) {
  const step = ({ axis, backwards }: Walk): Vector => {
    const by = backwards ? -1 : 1;
    return [axis === 0 ? by : 0, axis === 1 ? by : 0, axis === 2 ? by : 0];
  };
  const origin: [number, number, number] = [0, 0, 0];
  origin[through] = index;
  origin[right.axis] = locate(right, size, 0);
  origin[down.axis] = locate(down, size, 0);
  return { origin, right: step(right), down: step(down) } satisfies SliceGeometry['voxels'];
}

function describeLosses({ volumes, texts }: NiftiHeader): string[] {
  const notes: string[] = [];
  if (volumes > 1) notes.push(`The file has ${volumes} volumes; the first is shown.`);
  if (texts.length > 0)
    notes.push(`Fields of the header that may name a patient were left out: ${texts.join(', ')}.`);
  return notes;
}
