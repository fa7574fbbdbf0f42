export {
  findSource,
  type ImagePlace,
  type PlacedView,
  type PointCloudPlace,
  type SlicePlace,
  type SourcePlace,
  type TimeSeriesPlace,
  type VideoPlace,
} from './find-source.ts';
