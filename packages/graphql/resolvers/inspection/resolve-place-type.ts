import type { SourcePlace } from '@loupe/vision/place';

const typeNames = {
  IMAGE: 'ImagePlace',
  POINT_CLOUD: 'PointCloudPlace',
  SLICE: 'SlicePlace',
  TIME_SERIES: 'TimeSeriesPlace',
  VIDEO: 'VideoPlace',
} as const satisfies Record<SourcePlace['kind'], string>;

export function resolvePlaceType({ kind }: SourcePlace): (typeof typeNames)[SourcePlace['kind']] {
  return typeNames[kind];
}
