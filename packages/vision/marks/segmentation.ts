/** A picture cut into regions: one label a pixel, row by row. */
export interface Segmentation {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 0 .. count − 1; anything above belongs to no region. */
  readonly labels: Uint16Array;
  readonly count: number;
}

/** The label of pixels that belong to no region. */
export const NO_REGION = 0xffff;

const MOST_CELLS = 4096;

/**
 * A grid of `columns` × `rows` cells as equal as whole pixels allow, labelled row by row.
 * @throws RangeError for a grid without cells, with more than 4096, or finer than the picture
 */
export function segmentGrid(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Segmentation {
  const fits = Number.isInteger(columns) && Number.isInteger(rows) && columns >= 1 && rows >= 1;
  if (!fits || columns > widthPx || rows > heightPx || columns * rows > MOST_CELLS) {
    throw new RangeError(
      `A grid has whole numbers of columns and rows, at most ${MOST_CELLS} cells, none smaller than a pixel.`,
    );
  }
  const labels = new Uint16Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const row = Math.floor((y * rows) / heightPx) * columns;
    for (let x = 0; x < widthPx; x++) labels[y * widthPx + x] = row + Math.floor((x * columns) / widthPx);
  }
  return { widthPx, heightPx, labels, count: columns * rows };
}
