import type { GeometryParent } from '../../parents.ts';

const typeNames = { IMAGE: 'ImageGeometry' } as const satisfies Partial<
  Record<GeometryParent['kind'], string>
>;

/** @throws Error for a geometry the schema has no type for */
export function resolveGeometryType({ kind }: GeometryParent): (typeof typeNames)[keyof typeof typeNames] {
  if (kind in typeNames) return typeNames[kind as keyof typeof typeNames];
  throw new Error(`The schema has no geometry of kind ${kind}.`);
}
