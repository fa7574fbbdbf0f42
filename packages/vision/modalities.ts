import { imageModality } from './image/index.ts';
import type { Modality } from './types.ts';

/** Every kind of source that can be converted, in the order in which they are asked to recognise a file. */
export const modalities: readonly Modality[] = [imageModality];
