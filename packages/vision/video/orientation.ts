import type { Rectangle } from '../geometry.ts';
import type { FrameSize, Orientation } from './frame-source.ts';

export const UPRIGHT: Orientation = { mirrored: false, rotation: 0 };

/**
 * How to turn a frame by the display matrix of its container (ISO/IEC 14496-12, `tkhd`): nine numbers of which the
 * first, second, fourth and fifth turn and mirror. Angles between quarter turns are rounded to the next one.
 */
export function readOrientation(matrix: Int32Array): Orientation {
  const [a = 0, b = 0, , c = 0, d = 0] = matrix;
  if (a * d - b * c === 0) return UPRIGHT;
  const mirrored = a * d - b * c < 0;
  // x is mirrored first, so the way that the first axis then points gives the turn.
  const angle = (Math.atan2(mirrored ? -b : b, mirrored ? -a : a) * 180) / Math.PI;
  return {
    mirrored,
    rotation: ((((Math.round(angle / 90) * 90) % 360) + 360) % 360) as Orientation['rotation'],
  };
}

/** Size of a frame once it is upright. */
export function turnSize({ widthPx, heightPx }: FrameSize, { rotation }: Orientation): FrameSize {
  return rotation % 180 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx };
}

/**
 * A rectangle of the upright frame as it lies in the stored one: the way back from a view to what another program
 * decodes without heeding the rotation. `stored`: size of the stored frame, px.
 */
export function turnBack(
  { x, y, width, height }: Rectangle,
  stored: FrameSize,
  orientation: Orientation,
): Rectangle {
  const upright = turnSize(stored, orientation);
  const turned = {
    0: { x, y, width, height },
    90: { x: y, y: upright.widthPx - x - width, width: height, height: width },
    180: { x: upright.widthPx - x - width, y: upright.heightPx - y - height, width, height },
    270: { x: upright.heightPx - y - height, y: x, width: height, height: width },
  }[orientation.rotation];
  return orientation.mirrored ? { ...turned, x: stored.widthPx - turned.x - turned.width } : turned;
}
