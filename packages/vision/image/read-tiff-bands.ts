import { fromArrayBuffer } from 'geotiff';
import { RejectedError } from '../rejected-error.ts';

/**
 * The samples of one page of a TIFF, an array for each channel, interleaved or planar, with any of the usual compressions.
 * For samples that libvips reads wrong: floating-point channels that are no colours.
 * @throws RejectedError CORRUPT_IMAGE for whatever the reader throws
 */
export async function readTiffBands(bytes: Uint8Array, position = 0): Promise<readonly ArrayLike<number>[]> {
  // The reader takes an ArrayBuffer from its beginning; a view of a part must be copied.
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const buffer = isWhole && bytes.buffer instanceof ArrayBuffer ? bytes.buffer : new Uint8Array(bytes).buffer;
  try {
    const file = await fromArrayBuffer(buffer);
    const page = await file.getImage(position);
    return (await page.readRasters({ interleave: false })) as readonly ArrayLike<number>[];
  } catch (cause) {
    const reader = cause instanceof Error ? cause.message : String(cause);
    throw new RejectedError(
      'CORRUPT_IMAGE',
      'The TIFF is damaged or incomplete. Send it again, or export it again from its source.',
      { decoder: reader.slice(0, 300) },
      { cause },
    );
  }
}
