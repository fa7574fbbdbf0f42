import { makePly, type PlyEncoding } from '../../../packages/vision/point-cloud/testing/make-ply.ts';
import { createRandom } from '../../../packages/vision/point-cloud/testing/random.ts';

export type Columns = readonly [Float32Array, Float32Array, Float32Array];

/** A bumpy sphere of radius 1, its points in random order; the same every time. */
export function makeBumpySphere(points: number): Columns {
  const random = createRandom(1);
  const [x, y, z] = [new Float32Array(points), new Float32Array(points), new Float32Array(points)];
  for (let i = 0; i < points; i++) {
    const height = 2 * random() - 1;
    const angle = 2 * Math.PI * random();
    const size = 1 + 0.02 * Math.sin(9 * angle) * Math.sin(11 * height);
    const radius = Math.sqrt(1 - height * height) * size;
    x[i] = radius * Math.cos(angle);
    y[i] = radius * Math.sin(angle);
    z[i] = height * size;
  }
  return [x, y, z];
}

/** x, y, z and a colour: 15 bytes a point in binary, 6 decimals in text. */
export function makePlyFile(columns: Columns, encoding: PlyEncoding): Uint8Array<ArrayBuffer> {
  const isText = encoding === 'ascii';
  const bytes = Uint8Array.from({ length: columns[0].length }, (_, i) => i);
  const round = (column: Float32Array) => Array.from(column, (value) => Number(value.toFixed(6)));
  return makePly(encoding, [
    ...columns.map((column, axis) => ({
      name: 'xyz'.charAt(axis),
      type: 'float' as const,
      values: isText ? round(column) : column,
    })),
    ...['red', 'green', 'blue'].map((name) => ({ name, type: 'uchar' as const, values: bytes })),
  ]);
}
