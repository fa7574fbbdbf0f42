import type { PointCloudGeometry } from '../geometry.ts';
import { type CloudAxes, isCameraName } from './camera/cameras.ts';
import { assertDepthCamera, type DepthCamera } from './depth-image/options.ts';

export type CloudStyle = PointCloudGeometry['style'];

/** What to show of a cloud: a camera and how the surface is drawn. */
export interface CloudViewOptions {
  /**
   * `front`, `back`, `left`, `right`, `top`, `bottom`, `isometric`, `isometric-back`; `widest`: of front, right and top the one
   * from which the object looks largest; `auto-1` to `auto-6`: along the principal axes, both ways, the flattest
   * first; `x-15y0z15` and the like: `front` with the object turned by -15, 0 or 15 degrees about each axis of the picture.
   * `auto` stands for its six, `tilts` for all 27.
   */
  readonly camera: string;
  readonly style: CloudStyle;
}

/** A finished view, or its geometry and size, to be repeated for another sample. */
export interface CloudFrame {
  readonly geometry: PointCloudGeometry;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How to convert point clouds and meshes. Every field has a default. */
export interface PointCloudOptions {
  /**
   * Default: `isometric` and `isometric-back` in HILLSHADE, `widest` in HILLSHADE and DEPTH, and in COLOUR when the file
   * has colours. A depth camera's cloud has `front` and two tilts instead: it was seen from one side.
   */
  readonly views?: readonly CloudViewOptions[] | undefined;
  /** Longest side of a view without its colour bar, 128..2048 px, default 768, never above `longSidePx`. */
  readonly sidePx?: number | undefined;
  /** Default: SENSOR or SENSOR_Y_UP where all points lie in a cone before the origin; else Y_UP for meshes in OBJ and PLY, else Z_UP. */
  readonly axes?: CloudAxes | undefined;
  /**
   * Exactly these cameras, places, scales and ranges instead of `views`: give the views of a reference, and a query's
   * pictures compare with them pixel by pixel.
   */
  readonly frames?: readonly CloudFrame[] | undefined;
  /** Takes 16-bit PNG and one-channel TIFF files for depth pictures of this camera; without it they are pictures. */
  readonly depthCamera?: DepthCamera | undefined;
}

/** Options with the defaults filled in that do not depend on the file. */
export interface PointCloudSettings extends PointCloudOptions {
  readonly sidePx: number;
}

const SIDE_PX = { least: 128, most: 2048, usual: 768 };

/** @throws RangeError for options outside their range */
export function resolvePointCloudOptions(options: PointCloudOptions = {}): PointCloudSettings {
  const sidePx = options.sidePx ?? SIDE_PX.usual;
  if (!Number.isInteger(sidePx) || sidePx < SIDE_PX.least || sidePx > SIDE_PX.most) {
    throw new RangeError(
      `pointCloud.sidePx must be a whole number from ${SIDE_PX.least} to ${SIDE_PX.most}, not ${sidePx}.`,
    );
  }
  for (const { camera } of options.views ?? []) {
    if (camera !== 'auto' && camera !== 'tilts' && !isCameraName(camera)) {
      throw new RangeError(`pointCloud.views: there is no camera ${camera.slice(0, 40)}.`);
    }
  }
  if (options.depthCamera !== undefined) assertDepthCamera(options.depthCamera);
  return { ...options, sidePx };
}
