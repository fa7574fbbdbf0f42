import type { TriangleList } from '../triangles.ts';

/** Cuts a polygon into triangles around its first vertex. `read` gives its vertex numbers. */
export function addPolygon(triangles: TriangleList, length: number, read: (index: number) => number): void {
  const first = length > 2 ? read(0) : 0;
  for (let index = 2; index < length; index++) triangles.add(first, read(index - 1), read(index));
}

/** Triangle strips one after another, -1 between them. */
export function addStrips(triangles: TriangleList, length: number, read: (index: number) => number): void {
  let before = -1;
  let last = -1;
  for (let index = 0; index < length; index++) {
    const vertex = read(index);
    if (vertex === -1) {
      before = -1;
      last = -1;
      continue;
    }
    if (before !== -1) triangles.add(before, last, vertex);
    before = last;
    last = vertex;
  }
}
