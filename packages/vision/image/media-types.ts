/** Images that can be converted. */
export type ImageMediaType =
  | 'image/jpeg'
  | 'image/png'
  | 'image/webp'
  | 'image/avif'
  | 'image/gif'
  | 'image/tiff'
  | 'image/bmp'
  | 'image/heic';

/** Other names under which senders declare these types. */
export const IMAGE_DECLARED_AS: Readonly<Record<ImageMediaType, readonly string[]>> = {
  'image/jpeg': ['image/jpg', 'image/pjpeg', 'image/jfif', 'image/mpo'],
  'image/png': ['image/x-png', 'image/apng', 'image/vnd.mozilla.apng'],
  'image/webp': ['image/x-webp'],
  'image/avif': ['image/avif-sequence', 'image/heif'],
  'image/gif': [],
  'image/tiff': ['image/tif', 'image/x-tiff', 'image/x-tif'],
  'image/bmp': ['image/x-bmp', 'image/x-ms-bmp', 'image/x-windows-bmp', 'image/dib'],
  'image/heic': ['image/heif', 'image/heic-sequence', 'image/heif-sequence', 'image/x-heic'],
};
