import type { Modality } from '../types.ts';
import { holdsPoints } from './depth-image/takes-over.ts';
import { detectCloud } from './detect-cloud.ts';
import {
  POINT_CLOUD_DECLARED_AS,
  type PointCloudMediaType,
  type PointImageMediaType,
} from './media-types.ts';

export type { CloudAxes } from './camera/cameras.ts';
export { isPointInRegion, locatePoint, projectPoint } from './camera/locate.ts';
export type { DepthCamera } from './depth-image/options.ts';
export type { CloudFrame, CloudStyle, CloudViewOptions, PointCloudOptions } from './options.ts';

/** Point clouds and meshes. Parsers and kernels are loaded by the first conversion. */
export const pointCloudModality: Modality = {
  name: 'POINT_CLOUD',
  declaredAs: POINT_CLOUD_DECLARED_AS,
  detect: detectCloud,
  takesOver: holdsPoints,
  convert: async (bytes, mediaType, settings) => {
    const { convertCloud } = await import('./convert-cloud.ts');
    return convertCloud(bytes, mediaType as PointCloudMediaType | PointImageMediaType, settings);
  },
};
