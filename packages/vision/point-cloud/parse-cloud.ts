import type { Limits } from '../limits.ts';
import type { PointCloud } from './cloud.ts';
import type { DepthCamera } from './depth-image/options.ts';
import type { PointCloudMediaType, PointImageMediaType } from './media-types.ts';

/**
 * What a file of a known type says.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT, TOO_MANY_POINTS, TOO_SLOW
 */
export async function parseCloud(
  bytes: Uint8Array,
  mediaType: PointCloudMediaType | PointImageMediaType,
  limits: Limits,
  depthCamera?: DepthCamera,
): Promise<PointCloud> {
  switch (mediaType) {
    case 'image/png':
    case 'image/tiff': {
      const { parseDepthImage } = await import('./depth-image/parse-depth-image.ts');
      return parseDepthImage(bytes, mediaType, limits, depthCamera);
    }
    case 'model/ply':
      return (await import('./ply/parse-ply.ts')).parsePly(bytes, limits);
    case 'model/x-pcd':
      return (await import('./pcd/parse-pcd.ts')).parsePcd(bytes, limits);
    case 'application/vnd.las':
      return (await import('./las/parse-las.ts')).parseLas(bytes, limits);
    case 'application/vnd.laszip':
      return (await import('./las/parse-laz.ts')).parseLaz(bytes, limits);
    case 'model/stl':
      return (await import('./mesh/parse-stl.ts')).parseStl(bytes, limits);
    case 'model/obj':
      return (await import('./mesh/parse-obj.ts')).parseObj(bytes, limits);
    case 'model/x-pts':
    case 'text/x-xyz':
      return (await import('./text/parse-xyz.ts')).parseXyz(bytes, limits);
  }
}
