/** Slices of a body or of a workpiece, single or stacked. */
export type VolumeMediaType = 'application/dicom' | 'application/x-nifti';

/** Other names under which senders declare these types. */
export const VOLUME_DECLARED_AS: Readonly<Record<VolumeMediaType, readonly string[]>> = {
  'application/dicom': ['application/x-dicom', 'image/dicom', 'image/x-dicom'],
  'application/x-nifti': ['application/nifti', 'image/nifti', 'application/gzip', 'application/x-gzip'],
};
