import { createColumn } from '../cloud.ts';
import { rejectCloud, rejectVariant } from '../reject.ts';
import type { Scalar } from '../scalar.ts';
import type { PlyElement } from './read-ply-header.ts';

/** Positions, in the list of a vertex' properties, of those that are shown. */
export interface VertexLayout {
  readonly position: readonly [number, number, number];
  readonly colour?: readonly [number, number, number];
  readonly colourType?: Scalar;
  readonly intensity?: number;
}

const COLOUR_NAMES = [
  ['red', 'green', 'blue'],
  ['diffuse_red', 'diffuse_green', 'diffuse_blue'],
  ['r', 'g', 'b'],
] as const;
const INTENSITY_NAMES = ['intensity', 'scalar_intensity', 'scalar_Intensity', 'reflectance', 'reflectivity'];

/** @throws RejectedError when the element has no x, y and z */
export function findVertexLayout({ properties }: PlyElement): VertexLayout {
  const find = (name: string) =>
    properties.findIndex((property) => property.name === name && property.countType === undefined);
  const position = [find('x'), find('y'), find('z')] as const;
  if (position.includes(-1)) throw rejectVariant('PLY', 'Vertices without x, y and z');
  const colour = COLOUR_NAMES.map(([red, green, blue]) => [find(red), find(green), find(blue)] as const).find(
    (found) => !found.includes(-1),
  );
  const intensity = INTENSITY_NAMES.map(find).find((index) => index >= 0);
  const colourType = colour && properties[colour[0]]?.type;
  return {
    position,
    ...(colour !== undefined && colourType !== undefined && { colour, colourType }),
    ...(intensity !== undefined && { intensity }),
  };
}

/** One array per property that is shown, none for the others. */
export function createVertexColumns(element: PlyElement, layout: VertexLayout): (Float32Array | undefined)[] {
  const shown = new Set([...layout.position, ...(layout.colour ?? []), layout.intensity]);
  return element.properties.map((_, index) => (shown.has(index) ? createColumn(element.count) : undefined));
}

/** A column that `createVertexColumns` made. */
export function pickColumn(columns: readonly (Float32Array | undefined)[], index: number): Float32Array {
  const column = columns[index];
  if (column === undefined) throw rejectCloud('PLY', 'a property is missing');
  return column;
}
