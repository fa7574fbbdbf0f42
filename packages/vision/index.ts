export { convert } from './convert.ts';
export type {
  Geometry,
  ImageGeometry,
  PointCloudGeometry,
  Rectangle,
  SliceGeometry,
  TimeSeriesGeometry,
  VideoGeometry,
} from './geometry.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { assertDeclaredType, detectMediaType } from './media-type.ts';
export { RejectedError, type RejectionDetails } from './rejected-error.ts';
export { REJECTIONS, type Rejection, type RejectionCode } from './rejections.ts';
export type {
  Conversion,
  ConvertOptions,
  MediaType,
  Modality,
  ReferenceSample,
  Rendering,
  View,
} from './types.ts';
