/** Bytes of a NIfTI-1 header. */
export const NIFTI1_BYTES = 348;
const NIFTI2_BYTES = 540;

/** `1` is one file with header and voxels, `pair` a header whose voxels are in another file, `2` is NIfTI-2. */
export type NiftiVersion = '1' | 'pair' | '2';

/** Kind of NIfTI header that bytes begin with; `undefined` for anything else (nifti1.h, nifti2.h: `magic`). */
export function readNiftiVersion(head: Uint8Array): NiftiVersion | undefined {
  if (head.length < NIFTI1_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const states = (size: number) => view.getInt32(0, true) === size || view.getInt32(0) === size;
  const text = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  if (states(NIFTI1_BYTES)) {
    if (text(344) === 'n+1\0') return '1';
    return text(344) === 'ni1\0' ? 'pair' : undefined;
  }
  return states(NIFTI2_BYTES) && /^n[+i]2\0$/.test(text(4)) ? '2' : undefined;
}
