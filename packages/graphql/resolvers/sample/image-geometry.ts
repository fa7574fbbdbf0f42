import type { Geometry } from '@loupe/vision';
import type { ImageGeometryResolvers } from '../../generated/types.ts';
import type { GeometryParent } from '../../parents.ts';

/** What the conversion leaves out where it is usual. */
export const imageGeometry: ImageGeometryResolvers = {
  isContrastStretched: (parent) => read(parent).isContrastStretched ?? false,
  page: (parent) => read(parent).page ?? 0,
};

function read(parent: GeometryParent): Extract<Geometry, { kind: 'IMAGE' }> {
  return parent as Extract<Geometry, { kind: 'IMAGE' }>;
}
