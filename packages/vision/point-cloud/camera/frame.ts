import type { Vector } from '../../geometry.ts';
import type { CloudFrame } from '../options.ts';
import { measureObject, type Scene } from '../render/scene.ts';
import { add, dot, scale, subtract } from '../vectors.ts';
import type { CameraAxes } from './cameras.ts';

/** A picture's place: axes, scale and size, less the cloud's offset. */
export interface Frame extends CameraAxes {
  /** The point of the source at the picture's upper left corner and depth 0. */
  readonly corner: Vector;
  readonly unitsPerPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Least and greatest depth of the object, in units from the corner's plane. */
  readonly depths: readonly [number, number];
}

const MARGIN_PX = 16;
const LEAST_SIDE_PX = 128;

/** The frame in which the whole object is seen, its longer side `sidePx` and depth 0 at its nearest point. */
export function fitFrame(scene: Scene, axes: CameraAxes, sidePx: number): Frame {
  const { right, down, forward } = axes;
  const [across, along, depth] = measureObject(scene, [right, down, forward]);
  const width = across[1] - across[0];
  const height = along[1] - along[0];
  const extent = Math.max(width, height) || depth[1] - depth[0] || 1;
  const unitsPerPx = extent / (sidePx - 2 * MARGIN_PX);
  const coverPx = (length: number) =>
    Math.min(sidePx, Math.max(LEAST_SIDE_PX, Math.ceil(length / unitsPerPx) + 2 * MARGIN_PX));
  const [widthPx, heightPx] = [coverPx(width), coverPx(height)];
  const left = (across[0] + across[1] - widthPx * unitsPerPx) / 2;
  const top = (along[0] + along[1] - heightPx * unitsPerPx) / 2;
  const corner = add(scale(right, left), scale(down, top), scale(forward, depth[0]));
  return { ...axes, corner, unitsPerPx, widthPx, heightPx, depths: [0, depth[1] - depth[0]] };
}

/** The frame of a view of another sample; `barPx`: columns of its picture that its colour bar takes. */
export function repeatFrame(scene: Scene, { geometry, widthPx, heightPx }: CloudFrame, barPx: number): Frame {
  const { right, down, forward, origin, unitsPerPx } = geometry;
  const corner = subtract(origin, scene.cloud.offset);
  const [, , depth] = measureObject(scene, [right, down, forward]);
  const plane = dot(forward, corner);
  return {
    right,
    down,
    forward,
    corner,
    unitsPerPx,
    widthPx: widthPx - barPx,
    heightPx,
    depths: [depth[0] - plane, depth[1] - plane],
  };
}

/** Part of an object that may lie out of a frame, along either side, as a part of the frame's width or height. */
const OUT_OF_FRAME = 0.1;
/** Least part of the frame that an object covers that its own frame would cover whole. */
const LEAST_COVER = 0.5;

/**
 * Whether the scene's object lies in the frames of another's views about as that one does: neither out of a picture by more than a tenth
 * of it, nor across less than half of its longer side.
 */
export function liesAlike(scene: Scene, frames: readonly CloudFrame[]): boolean {
  return frames.every(({ geometry, widthPx, heightPx }) => {
    const { right, down, forward, origin, unitsPerPx } = geometry;
    const corner = subtract(origin, scene.cloud.offset);
    const [across, along] = measureObject(scene, [right, down, forward]);
    const [left, end] = across.map((value) => (value - dot(right, corner)) / unitsPerPx) as [number, number];
    const [top, bottom] = along.map((value) => (value - dot(down, corner)) / unitsPerPx) as [number, number];
    const longer = Math.max(widthPx, heightPx);
    return (
      left >= -OUT_OF_FRAME * widthPx &&
      end <= (1 + OUT_OF_FRAME) * widthPx &&
      top >= -OUT_OF_FRAME * heightPx &&
      bottom <= (1 + OUT_OF_FRAME) * heightPx &&
      Math.max(end - left, bottom - top) >= LEAST_COVER * longer
    );
  });
}
