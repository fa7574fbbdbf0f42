import { imageModality } from './image/index.ts';
import { pointCloudModality } from './point-cloud/index.ts';
import { timeSeriesModality } from './time-series/index.ts';
import type { Modality } from './types.ts';
import { videoModality } from './video/index.ts';
import { volumeModality } from './volume/index.ts';

/**
 * Every kind of source that can be converted, in the order in which they are asked to recognise a file. Volumes come
 * before images: the free bytes at the start of a DICOM file may be those of a TIFF. Videos come after images: HEIC and AVIF
 * lie in the same boxes as MP4.
 */
export const modalities: readonly Modality[] = [
  volumeModality,
  imageModality,
  videoModality,
  pointCloudModality,
  timeSeriesModality,
];
