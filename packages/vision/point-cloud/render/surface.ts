import type { Frame } from '../camera/frame.ts';
import { dot, scale } from '../vectors.ts';
import { fillSurface } from './fill-surface.ts';
import type { PointCloudKernels } from './kernels.ts';
import { copyColours, type Scene } from './scene.ts';

/** Pixels around the picture that are drawn and thrown away, so that no pass needs to mind the picture's edge. */
export const MARGIN = 32;

/**
 * A picture of a surface in the kernels' memory. Depths are in pixel sides; a pixel's depth in units from the frame's plane
 * is (depth - `bias`) × unitsPerPx.
 */
export interface Surface {
  readonly frame: Frame;
  /** Size of the pictures in memory, the margins included. */
  readonly width: number;
  readonly height: number;
  /** Addresses of depths, light (0..1) and, when asked for, colours. */
  readonly depths: number;
  readonly light: number;
  readonly colours: number | undefined;
  readonly bias: number;
  /** Mean distance of the points it is made of, px; 1 for faces. */
  readonly grain: number;
}

const NOTHING = 0x7f800000;
const HEAD_LIGHT = 0.42;
const KEY_LIGHT = 0.62;
/** Slopes of points far apart are taken over a part of their distance. */
const MAX_STEP = 4;

/** Draws the scene in a frame. The memory is the scene's: release it to the mark taken before. */
export function drawSurface(scene: Scene, frame: Frame, wantsColours: boolean): Surface {
  const { run, reserve } = scene.kernels;
  const width = Math.ceil((frame.widthPx + 2 * MARGIN) / 64) * 64;
  const height = Math.ceil((frame.heightPx + 2 * MARGIN) / 64) * 64;
  const cells = width * height;
  const createPicture = () => reserve((cells + 4) * 4);
  const depths = createPicture();
  const values = wantsColours ? copyColours(scene) : undefined;
  const colours = values === undefined ? undefined : createPicture();
  run.fill(depths, cells + 4, NOTHING);
  const bias = 1 - frame.depths[0] / frame.unitsPerPx;
  const far = (frame.depths[1] - frame.depths[0]) / frame.unitsPerPx + 2;
  const camera = writeCamera(scene, frame, bias);
  let spacing = 1;
  if (scene.triangles === undefined) {
    const { x, y, z, padded } = scene;
    run.splat(x, y, z, padded, camera, far, depths, width, height);
    spacing = fillSurface(scene.kernels, { depths, width, height }, (seeds) => {
      if (colours === undefined || values === undefined) return undefined;
      run.splatValues(x, y, z, values, padded, camera, far, seeds, colours, width, height);
      return colours;
    });
  } else {
    drawMesh(scene, camera, { depths, values: values ?? 0, colours: colours ?? 0, width, height });
  }
  // Takes the place of what filling needed.
  const light = createPicture();
  lightSurface(scene.kernels, { depths, light, width, height }, spacing);
  return { frame, width, height, depths, light, colours, bias, grain: spacing };
}

/** Shades, and evens out the light of a coarse surface, whose steps between points are not its own. */
function lightSurface(
  { run, reserve, mark, release, words }: PointCloudKernels,
  picture: {
    readonly depths: number;
    readonly light: number;
    readonly width: number;
    readonly height: number;
  },
  grain: number,
): void {
  const { depths, light, width, height } = picture;
  const step = Math.max(1, Math.min(MAX_STEP, Math.floor(grain / 2)));
  run.fill(light, width * height, NOTHING);
  run.shade(depths, light, width, height, HEAD_LIGHT, KEY_LIGHT, step);
  const before = mark();
  const spare = grain >= 2 ? reserve(width * height * 4) : 0;
  for (let reach = 1; reach <= grain / 2; reach *= 2) {
    run.smooth(light, spare, width, height, reach, 2);
    words(light, width * height).set(words(spare, width * height));
  }
  release(before);
}

/** Rows that give column, row and depth in pixels: the margins before the picture, the nearest point at depth 1. */
function writeCamera({ kernels }: Scene, frame: Frame, bias: number): number {
  const camera = kernels.reserve(48);
  const { right, down, forward, corner, unitsPerPx } = frame;
  const rows = [
    [...scale(right, 1 / unitsPerPx), MARGIN - dot(right, corner) / unitsPerPx],
    [...scale(down, 1 / unitsPerPx), MARGIN - dot(down, corner) / unitsPerPx],
    [...scale(forward, 1 / unitsPerPx), bias - dot(forward, corner) / unitsPerPx],
  ];
  kernels.floats(camera, 12).set(rows.flat());
  return camera;
}

function drawMesh(
  { kernels, x, y, z, padded, triangles }: Scene,
  camera: number,
  target: {
    readonly depths: number;
    readonly values: number;
    readonly colours: number;
    readonly width: number;
    readonly height: number;
  },
): void {
  if (triangles === undefined) return;
  const { run, reserve, mark, release } = kernels;
  const before = mark();
  const [u, v, d] = [reserve(padded * 4), reserve(padded * 4), reserve(padded * 4)];
  run.transform(x, y, z, padded, camera, u, v, d);
  run.drawTriangles(
    triangles.address,
    triangles.count,
    u,
    v,
    d,
    target.depths,
    target.width,
    target.height,
    target.values,
    target.colours,
  );
  release(before);
}
