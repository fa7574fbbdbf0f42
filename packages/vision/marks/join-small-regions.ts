import type { Segmentation } from './segmentation.ts';

/**
 * Makes every region one piece: pieces of at least `leastPixels` become regions of their own, smaller ones join the
 * neighbour with which they share most of their border. Labels are in the order in which regions begin, row by row.
 */
export function joinSmallRegions(
  labels: Uint16Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  leastPixels: number,
): Segmentation {
  const { pieces, sizes } = findPieces(labels, widthPx, heightPx);
  const into = chooseNeighbours({ pieces, sizes }, widthPx, leastPixels);
  const roots = into.map((_, piece) => findRoot(into, piece));
  const renamed = new Int32Array(sizes.length).fill(-1);
  const out = new Uint16Array(labels.length);
  let count = 0;
  for (let pixel = 0; pixel < out.length; pixel++) {
    const root = roots[pieces[pixel] ?? 0] ?? 0;
    let label = renamed[root] ?? -1;
    if (label < 0) {
      label = count;
      renamed[root] = count;
      count += 1;
    }
    out[pixel] = label;
  }
  return { widthPx, heightPx, labels: out, count };
}

interface Pieces {
  /** Number of the piece that each pixel belongs to. */
  readonly pieces: Int32Array;
  /** Pixels of each piece. */
  readonly sizes: number[];
}

/** Pieces of equal labels, connected by edges. */
function findPieces(labels: Uint16Array, widthPx: number, heightPx: number): Pieces {
  const pieces = new Int32Array(labels.length).fill(-1);
  const sizes: number[] = [];
  const stack = new Int32Array(labels.length);
  for (let start = 0; start < labels.length; start++) {
    if ((pieces[start] ?? 0) >= 0) continue;
    const piece = sizes.length;
    const label = labels[start];
    let size = 0;
    let top = 0;
    const visit = (pixel: number) => {
      if (pieces[pixel] !== -1 || labels[pixel] !== label) return;
      pieces[pixel] = piece;
      stack[top] = pixel;
      top += 1;
    };
    visit(start);
    while (top > 0) {
      top -= 1;
      const pixel = stack[top] ?? 0;
      const x = pixel % widthPx;
      size += 1;
      if (x > 0) visit(pixel - 1);
      if (x < widthPx - 1) visit(pixel + 1);
      if (pixel >= widthPx) visit(pixel - widthPx);
      if (pixel < widthPx * (heightPx - 1)) visit(pixel + widthPx);
    }
    sizes.push(size);
  }
  return { pieces, sizes };
}

/** For each piece the one that it becomes part of: itself when large enough. Chains end in a large piece. */
function chooseNeighbours({ pieces, sizes }: Pieces, widthPx: number, leastPixels: number): Int32Array {
  const into = Int32Array.from(sizes, (_, piece) => piece);
  const borders = measureBorders({ pieces, sizes }, widthPx, leastPixels);
  const small = [...borders.keys()].sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  const grown = [...sizes];
  for (const piece of small) {
    const root = findRoot(into, piece);
    if ((grown[root] ?? 0) >= leastPixels) continue;
    let best = -1;
    let longest = 0;
    for (const [neighbour, length] of borders.get(piece) ?? []) {
      const candidate = findRoot(into, neighbour);
      if (candidate !== root && length > longest) [best, longest] = [candidate, length];
    }
    if (best < 0) continue;
    into[root] = best;
    grown[best] = (grown[best] ?? 0) + (grown[root] ?? 0);
  }
  return into;
}

/** Lengths of the borders of small pieces with each of their neighbours, px. */
function measureBorders(
  { pieces, sizes }: Pieces,
  widthPx: number,
  leastPixels: number,
): Map<number, Map<number, number>> {
  const borders = new Map<number, Map<number, number>>();
  const note = (piece: number, neighbour: number) => {
    if ((sizes[piece] ?? 0) >= leastPixels) return;
    const own = borders.get(piece) ?? new Map<number, number>();
    own.set(neighbour, (own.get(neighbour) ?? 0) + 1);
    borders.set(piece, own);
  };
  for (let pixel = 0; pixel < pieces.length; pixel++) {
    const piece = pieces[pixel] ?? 0;
    const right = pixel % widthPx < widthPx - 1 ? (pieces[pixel + 1] ?? piece) : piece;
    const below = pieces[pixel + widthPx] ?? piece;
    for (const neighbour of [right, below]) {
      if (neighbour === piece) continue;
      note(piece, neighbour);
      note(neighbour, piece);
    }
  }
  return borders;
}

function findRoot(into: Int32Array, piece: number): number {
  let root = piece;
  for (let next = into[root] ?? root; next !== root; next = into[root] ?? root) root = next;
  return root;
}
