import type { Modality } from '../types.ts';
import { detectVolume } from './detect-volume.ts';
import { VOLUME_DECLARED_AS } from './media-types.ts';

/** Slices of DICOM files and NIfTI volumes. The decoders are loaded by the first conversion. */
export const volumeModality: Modality = {
  name: 'VOLUME',
  declaredAs: VOLUME_DECLARED_AS,
  detect: detectVolume,
  convert: async (bytes, mediaType, settings) => {
    if (mediaType === 'application/dicom') {
      const { convertDicom } = await import('./dicom/convert-dicom.ts');
      return convertDicom(bytes, settings);
    }
    const { convertNifti } = await import('./nifti/convert-nifti.ts');
    return convertNifti(bytes, settings);
  },
};

export { findPlace, findVoxel, type SliceView, type VoxelPlace } from './find-voxel.ts';
export type { VolumeOptions } from './options.ts';
