import { RejectedError } from '../rejected-error.ts';

const NEW_SUBFILE_TYPE = 254;
const REDUCED_RESOLUTION = 1;
const DNG_VERSION = 50706;

/**
 * Refuses raw photographs (DNG, NEF, CR2 ...), which are TIFF files whose first page is a preview:
 * its view would look right and lack the detail. BigTIFF is left to the decoder; cameras do not write it.
 * @throws RejectedError UNSUPPORTED_VARIANT
 */
export function assertNotRawPhotograph(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  if (bytes.length < 10 || view.getUint16(2, littleEndian) !== 42) return;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > bytes.length) return;
  const isCanonRaw = bytes[8] === 0x43 && bytes[9] === 0x52;
  const entries = view.getUint16(directory, littleEndian);
  let isPreview = isCanonRaw;
  for (let entry = 0; entry < entries && !isPreview; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > bytes.length) return;
    const tag = view.getUint16(at, littleEndian);
    const value = view.getUint32(at + 8, littleEndian);
    isPreview = tag === DNG_VERSION || (tag === NEW_SUBFILE_TYPE && (value & REDUCED_RESOLUTION) !== 0);
  }
  if (isPreview) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      "The file is a camera's raw photograph, or begins with a reduced preview. Develop it and send JPEG, HEIC or TIFF.",
    );
  }
}
