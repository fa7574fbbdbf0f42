import type { Modality } from '../types.ts';
import { isAnimation } from './animation/find-frames.ts';
import { detectVideo } from './detect-video.ts';
import { VIDEO_DECLARED_AS } from './media-types.ts';

/** Videos, and moving pictures in GIF and WebP. What decodes them is loaded by the first conversion. */
export const videoModality: Modality = {
  name: 'VIDEO',
  declaredAs: VIDEO_DECLARED_AS,
  detect: detectVideo,
  takesOver: isAnimation,
  convert: async (bytes, mediaType, settings) => {
    const { convertVideo } = await import('./convert-video.ts');
    return convertVideo(bytes, mediaType, settings);
  },
};

export { cropFrame, type FrameCropOptions } from './crop-frame.ts';
export { type FrameRegion, locateFrames, locateSpan, placeFrameRegion } from './locate.ts';
export { turnBack } from './orientation.ts';
