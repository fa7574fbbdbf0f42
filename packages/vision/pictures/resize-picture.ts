import sharp from 'sharp';
import { encodePicture, type Picture } from './picture.ts';

/** The picture at another size, its proportions as they were, never larger. Gives the very picture when it fits. */
export async function resizePicture(
  picture: Picture,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<Picture> {
  if (picture.widthPx <= widthPx && picture.heightPx <= heightPx) return picture;
  const smaller = sharp(picture.bytes).resize({ width: widthPx, height: heightPx, fit: 'inside' });
  return encodePicture(smaller, picture.mediaType);
}
