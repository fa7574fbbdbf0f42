import type { MovingStillType } from './animation/moving-stills.ts';

/** Containers of video. Pictures that move keep their own types and become video by what they hold. */
export type VideoMediaType =
  | 'video/mp4'
  | 'video/quicktime'
  | 'video/webm'
  | 'video/x-matroska'
  | 'video/x-msvideo';

/** Types that the decoder of video reads. Moving GIF and WebP are drawn by libvips. */
export type DecodedMediaType = VideoMediaType | MovingStillType;

/** Other names under which senders declare these types. Cameras and phones use the MP4 and QuickTime names alike. */
export const VIDEO_DECLARED_AS: Readonly<Record<VideoMediaType, readonly string[]>> = {
  'video/mp4': [
    'video/x-m4v',
    'video/mpeg4',
    'application/mp4',
    'video/3gpp',
    'video/3gpp2',
    'video/quicktime',
  ],
  'video/quicktime': ['video/mov', 'video/x-quicktime', 'video/mp4'],
  'video/webm': ['video/x-matroska', 'video/matroska'],
  'video/x-matroska': ['video/matroska', 'video/mkv', 'video/x-mkv', 'video/webm'],
  'video/x-msvideo': ['video/avi', 'video/msvideo', 'video/vnd.avi'],
};
