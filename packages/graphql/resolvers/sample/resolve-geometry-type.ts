import type { GeometryParent } from '../../parents.ts';

const typeNames = {
  IMAGE: 'ImageGeometry',
  POINT_CLOUD: 'PointCloudGeometry',
  TIME_SERIES: 'TimeSeriesGeometry',
  SLICE: 'SliceGeometry',
  VIDEO: 'VideoGeometry',
} as const satisfies Record<GeometryParent['kind'], string>;

export function resolveGeometryType({ kind }: GeometryParent): (typeof typeNames)[GeometryParent['kind']] {
  return typeNames[kind];
}
