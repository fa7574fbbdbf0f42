import type { Modality } from '../types.ts';
import { detectImage } from './detect-image.ts';
import { IMAGE_DECLARED_AS } from './media-types.ts';

/**
 * Still images. Animated or multi-page files give their first frame or page.
 * The decoders are loaded by the first conversion, so that detecting a type stays cheap.
 */
export const imageModality: Modality = {
  name: 'IMAGE',
  declaredAs: IMAGE_DECLARED_AS,
  detect: detectImage,
  convert: async (bytes, mediaType, settings) => {
    const { convertImage } = await import('./convert-image.ts');
    return convertImage(bytes, mediaType, settings);
  },
};

export { type CropOptions, cropSource, planTiles } from './crop-source.ts';
