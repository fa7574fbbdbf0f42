export { convert } from './convert.ts';
export type {
  Geometry,
  ImageGeometry,
  PointCloudGeometry,
  Rectangle,
  SliceGeometry,
  TimeSeriesGeometry,
} from './geometry.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { assertDeclaredType, detectMediaType } from './media-type.ts';
export {
  REJECTION_CODES,
  RejectedError,
  type RejectionCode,
  type RejectionDetails,
} from './rejected-error.ts';
export type { Conversion, ConvertOptions, MediaType, Modality, Rendering, View } from './types.ts';
