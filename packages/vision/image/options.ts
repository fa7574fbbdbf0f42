/** How a picture becomes views. Every field has a default. */
export interface ImageOptions {
  /** Most pages of a TIFF, or pictures of a HEIC file, that are shown, a view each; 1..32, default 8. */
  readonly pages?: number | undefined;
  /**
   * Adds a second view of each page whose lightness is stretched so that its 1st and 99th percentiles become black and
   * white. It stands beside the picture as it is, never in its place. Default no.
   */
  readonly contrast?: boolean | undefined;
}

/** Options with the defaults filled in. */
export interface ImageSettings {
  readonly pages: number;
  readonly contrast: boolean;
}

const PAGES = { most: 32, usual: 8 };

/** @throws RangeError for options outside their range */
export function resolveImageOptions({
  pages = PAGES.usual,
  contrast = false,
}: ImageOptions = {}): ImageSettings {
  if (!Number.isInteger(pages) || pages < 1 || pages > PAGES.most) {
    throw new RangeError(`image.pages must be a whole number from 1 to ${PAGES.most}, not ${pages}.`);
  }
  return { pages, contrast };
}
