import { readTiffPages, type TiffPage } from '../../image/tiff-directory.ts';
import type { ConversionSettings, MediaType } from '../../types.ts';

const FLOAT = 3;
const RGB = 2;

/**
 * Whether an image file holds points: three floating-point channels that are no colours, or, when the depth camera is given,
 * one channel of depths.
 */
export function holdsPoints(
  bytes: Uint8Array,
  mediaType: MediaType,
  { pointCloud }: Pick<ConversionSettings, 'pointCloud'>,
): boolean {
  const hasCamera = pointCloud.depthCamera !== undefined;
  if (mediaType === 'image/png') return hasCamera && isGrey16Png(bytes);
  if (mediaType !== 'image/tiff') return false;
  const page = readTiffPages(bytes)[0];
  return page !== undefined && (isOrganised(page) || (hasCamera && isDepth(page)));
}

/** An organised cloud: x, y and z of each pixel. */
export function isOrganised({ samples, sampleFormat, photometric }: TiffPage): boolean {
  return samples === 3 && sampleFormat === FLOAT && photometric !== RGB;
}

function isDepth({ samples, sampleFormat, bits, photometric }: TiffPage): boolean {
  return samples === 1 && photometric < RGB && (bits === 16 || bits === 32 || sampleFormat === FLOAT);
}

/** PNG, section 11.2.1: bit depth at byte 24, colour type at byte 25. */
function isGrey16Png(bytes: Uint8Array): boolean {
  return bytes[24] === 16 && bytes[25] === 0;
}
