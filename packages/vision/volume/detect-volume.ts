import { constants, gunzipSync } from 'node:zlib';
import { findMissingStart } from './dicom/complete-file.ts';
import { isGzip } from './gzip.ts';
import type { VolumeMediaType } from './media-types.ts';
import { NIFTI1_BYTES, readNiftiVersion } from './nifti/nifti-version.ts';

const DICOM_PREAMBLE_BYTES = 128;
/** A deflate stream of this many bytes unpacks to at most 1032 times as many: 1 MB. */
const GZIP_HEAD_BYTES = 1024;

/**
 * Media type of a volume from its first bytes: `DICM` behind the preamble (DICOM PS3.10 section 7.1) or the elements of a file
 * without one, or a NIfTI header, gzipped or not.
 */
export function detectVolume(head: Uint8Array): VolumeMediaType | undefined {
  if (String.fromCharCode(...head.subarray(DICOM_PREAMBLE_BYTES, DICOM_PREAMBLE_BYTES + 4)) === 'DICM') {
    return 'application/dicom';
  }
  if (findMissingStart(head) !== undefined) return 'application/dicom';
  const start = isGzip(head) ? unpackHead(head) : head;
  return start !== undefined && readNiftiVersion(start) !== undefined ? 'application/x-nifti' : undefined;
}

/** What can be unpacked of the beginning of a gzip stream. */
function unpackHead(head: Uint8Array): Uint8Array | undefined {
  try {
    const start = gunzipSync(head.subarray(0, GZIP_HEAD_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    return start.length < NIFTI1_BYTES ? undefined : start;
  } catch {
    return undefined;
  }
}
