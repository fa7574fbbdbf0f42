import { rejectDicom } from './dicom-file.ts';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;
/** Two bytes of code give at most so many. */
const MOST_PER_RUN = 128;

/**
 * Unpacks a frame of RLE segments (PS3.5 annex G): a segment for each byte of each sample, the most significant first.
 * @returns samples one after another (planar), little-endian
 * @throws RejectedError CORRUPT_VOLUME
 */
export function unpackRunLengths(
  frame: Uint8Array,
  {
    pixels,
    samples,
    bytesPerSample,
  }: { readonly pixels: number; readonly samples: number; readonly bytesPerSample: number },
): Uint8Array {
  const stated = samples * bytesPerSample;
  if (frame.length < HEADER_BYTES) throw rejectDicom('has run lengths without a header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== stated || segments > MOST_SEGMENTS) {
    throw rejectDicom(`has ${segments} run-length segments instead of ${stated}`, { segments, stated });
  }
  const starts = Array.from({ length: segments }, (_, index) => view.getUint32(4 + 4 * index, true));
  const out = new Uint8Array(checkedSize(frame.length, pixels, stated));
  starts.forEach((start, segment) => {
    const end = starts[segment + 1] ?? frame.length;
    if (start < HEADER_BYTES || end < start || end > frame.length)
      throw rejectDicom('has run-length segments outside of their frame');
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const first = Math.floor(segment / bytesPerSample) * pixels * bytesPerSample + byte;
    unpackSegment(frame.subarray(start, end), out, { first, step: bytesPerSample, pixels });
  });
  return out;
}

/** Before allocating: a few codes may not claim a frame that they cannot fill. */
function checkedSize(codes: number, pixels: number, bytesPerPixel: number): number {
  const size = pixels * bytesPerPixel;
  if (size > (codes / 2) * MOST_PER_RUN) throw rejectDicom('has too few run lengths for its size');
  return size;
}

function unpackSegment(
  codes: Uint8Array,
  out: Uint8Array,
  { first, step, pixels }: { readonly first: number; readonly step: number; readonly pixels: number },
): void {
  let at = 0;
  let done = 0;
  while (done < pixels) {
    const code = codes[at];
    if (code === undefined) throw rejectDicom('has run lengths that end too early');
    at += 1;
    if (code === 128) continue;
    const count = code < 128 ? code + 1 : 257 - code;
    const last = code < 128 ? at + count - 1 : at;
    // Encoders run rows on, never past the frame.
    if (last >= codes.length || done + count > pixels)
      throw rejectDicom('has run lengths that leave the frame');
    for (let i = 0; i < count; i++) {
      out[first + (done + i) * step] = codes[code < 128 ? at + i : at] ?? 0;
    }
    at = last + 1;
    done += count;
  }
}
