import type { CameraAxes } from '../camera/cameras.ts';
import { type Frame, fitFrame } from '../camera/frame.ts';
import type { PointCloud } from '../cloud.ts';
import { createScene } from '../render/scene.ts';
import { drawSurface, MARGIN } from '../render/surface.ts';

/** The surface that a view shows: depth in units behind the frame's plane per pixel, +Infinity where nothing is seen. */
export interface DepthView {
  readonly frame: Frame;
  readonly depths: Float64Array;
}

/** Draws a cloud with one camera and reads the depths that the styles are painted from. */
export function readDepths(cloud: PointCloud, axes: CameraAxes, sidePx: number): DepthView {
  const scene = createScene(cloud);
  const frame = fitFrame(scene, axes, sidePx);
  const surface = drawSurface(scene, frame, false);
  const picture = scene.kernels.floats(surface.depths, surface.width * surface.height);
  const depths = new Float64Array(frame.widthPx * frame.heightPx);
  for (let row = 0; row < frame.heightPx; row++) {
    for (let column = 0; column < frame.widthPx; column++) {
      const depth = picture[(row + MARGIN) * surface.width + column + MARGIN] ?? 0;
      depths[row * frame.widthPx + column] = (depth - surface.bias) * frame.unitsPerPx;
    }
  }
  return { frame, depths };
}
