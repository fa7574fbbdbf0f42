export {
  findSource,
  type ImagePlace,
  type PlacedView,
  type PointCloudPlace,
  type SlicePlace,
  type SourcePlace,
  type TimeSeriesPlace,
} from './find-source.ts';
