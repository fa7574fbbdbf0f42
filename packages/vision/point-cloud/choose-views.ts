import { AUTO_CAMERAS, type CloudAxes, findCamera, isCameraName, TILT_CAMERAS } from './camera/cameras.ts';
import type { PointCloud } from './cloud.ts';
import type { PointCloudMediaType, PointImageMediaType } from './media-types.ts';
import type { CloudViewOptions } from './options.ts';
import { measureObject, type Scene } from './render/scene.ts';

/** How much smaller than `front` another side may be and still not be chosen as the widest. */
const NEARLY = 0.9;
const SAMPLE_POINTS = 4096;
/** Part of the points that must lie in the cone of 90° before the origin. */
const CONE_SHARE = 0.99;

/** How the axes lie, by what the points do and what programs write in such files. */
export function guessAxes(scene: Scene, mediaType: PointCloudMediaType | PointImageMediaType): CloudAxes {
  const isMesh = scene.cloud.triangles !== undefined;
  if (!isMesh && isBeforeOrigin(scene, 1)) return 'SENSOR';
  if (!isMesh && isBeforeOrigin(scene, -1)) return 'SENSOR_Y_UP';
  return isMesh && (mediaType === 'model/obj' || mediaType === 'model/ply') ? 'Y_UP' : 'Z_UP';
}

/** Whether a camera at the origin that looks along z (1) or against it (-1) would see all points within 90°. */
function isBeforeOrigin({ cloud, x, y, z, kernels }: Scene, direction: 1 | -1): boolean {
  const { count, offset } = cloud;
  const step = Math.max(1, Math.floor(count / SAMPLE_POINTS));
  const [px, py, pz] = [x, y, z].map((address) => kernels.floats(address, count));
  let inside = 0;
  let all = 0;
  for (let i = 0; i < count; i += step) {
    const depth = ((pz?.[i] ?? 0) + offset[2]) * direction;
    if (Number.isNaN(depth)) continue;
    all += 1;
    const aside = Math.max(Math.abs((px?.[i] ?? 0) + offset[0]), Math.abs((py?.[i] ?? 0) + offset[1]));
    if (aside < depth) inside += 1;
  }
  return inside >= CONE_SHARE * all;
}

/** What is shown when nothing is asked for. */
export function chooseViews(cloud: PointCloud, axes: CloudAxes): readonly CloudViewOptions[] {
  const hasPaint = cloud.colours !== undefined || cloud.intensities !== undefined;
  const isSensor = axes === 'SENSOR' || axes === 'SENSOR_Y_UP';
  const face = isSensor ? 'front' : 'widest';
  return [
    { camera: isSensor ? 'x-15y15z0' : 'isometric', style: 'HILLSHADE' },
    { camera: isSensor ? 'x15y-15z0' : 'isometric-back', style: 'HILLSHADE' },
    { camera: face, style: 'HILLSHADE' },
    { camera: face, style: 'DEPTH' },
    ...(hasPaint ? [{ camera: face, style: 'COLOUR' } as const] : []),
  ];
}

/**
 * Views with `auto`, `tilts` and `widest` put into single cameras' names.
 * @throws RangeError for names that don't exist
 */
export function expandViews(
  views: readonly CloudViewOptions[],
  scene: Scene,
  axes: CloudAxes,
): readonly CloudViewOptions[] {
  return views.flatMap(({ camera, style }) => {
    const names = camera === 'auto' ? AUTO_CAMERAS : camera === 'tilts' ? TILT_CAMERAS : [camera];
    return names.map((name) => {
      if (!isCameraName(name)) {
        throw new RangeError(`pointCloud.views: there is no camera ${name.slice(0, 40)}.`);
      }
      return { camera: name === 'widest' ? findWidest(scene, axes) : name, style };
    });
  });
}

/** The side from which the object's box looks largest; `front` when it nearly is. */
function findWidest(scene: Scene, axes: CloudAxes): string {
  const { right, down, forward } = findCamera('front', axes, () => [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const [width, height, depth] = measureObject(scene, [right, down, forward]).map(
    ([least, most]) => most - least,
  ) as [number, number, number];
  const faces = [
    { name: 'front', area: width * height },
    { name: 'top', area: width * depth },
    { name: 'right', area: height * depth },
  ];
  const most = Math.max(...faces.map(({ area }) => area));
  return faces.find(({ area }) => area >= NEARLY * most)?.name ?? 'front';
}
