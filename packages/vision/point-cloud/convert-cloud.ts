import sharp from 'sharp';
import type { PointCloudGeometry } from '../geometry.ts';
import { giveBack } from '../give-back.ts';
import { RejectedError } from '../rejected-error.ts';
import type { ConversionSettings, ReferenceSample, Rendering, View } from '../types.ts';
import { VIEW_JPEG } from '../view-jpeg.ts';
import { findCamera } from './camera/cameras.ts';
import { type Frame, fitFrame, liesAlike, repeatFrame } from './camera/frame.ts';
import { findPrincipalAxes } from './camera/principal-axes.ts';
import { chooseViews, expandViews, guessAxes } from './choose-views.ts';
import type { PointCloud } from './cloud.ts';
import { type CompareSurface, createComparison } from './compare/compare-clouds.ts';
import type { PointCloudMediaType, PointImageMediaType } from './media-types.ts';
import type { CloudFrame, CloudStyle, PointCloudOptions } from './options.ts';
import { parseCloud } from './parse-cloud.ts';
import { keepKernels, takeKernels } from './render/kernels.ts';
import { findBarPx, type Painting, paintSurface } from './render/paint.ts';
import { createScene, type Scene, viewPoints } from './render/scene.ts';
import { drawSurface } from './render/surface.ts';
import { add } from './vectors.ts';

const ELSEWHERE =
  'The object lies elsewhere, or is of another size, than the reference; the views have cameras of their own and do not compare with its views pixel by pixel. Give both the same coordinates.';

type DrawSettings = Pick<ConversionSettings, 'pointCloud' | 'longSidePx' | 'references'>;

/** A view to be made: where from, in which style, and the colours' range if it is given. */
interface Shot {
  readonly camera: string;
  readonly style: CloudStyle;
  readonly frame: Frame;
  readonly range?: readonly [number, number];
}

/**
 * Orthographic views of a cloud or mesh.
 * @throws RejectedError for any fault of the file
 */
export async function convertCloud(
  bytes: Uint8Array,
  mediaType: PointCloudMediaType | PointImageMediaType,
  settings: ConversionSettings,
): Promise<Rendering> {
  const { limits, pointCloud, ownsBytes } = settings;
  const cloud = await parseCloud(bytes, mediaType, limits, pointCloud.depthCamera);
  if (ownsBytes) giveBack(bytes);
  const reference = await readReference(settings);
  const scene = createScene(cloud, takeKernels());
  for (const column of [cloud.x, cloud.y, cloud.z]) giveBack(column);
  return drawScene(scene, mediaType, settings, reference);
}

/** The points of the first reference that is a cloud; none when it can no longer be read, since limits have changed. */
async function readReference({
  references,
  limits,
  pointCloud,
}: ConversionSettings): Promise<PointCloud | undefined> {
  const source = findFirst(references)?.source;
  if (source === undefined) return undefined;
  try {
    const mediaType = source.mediaType as PointCloudMediaType | PointImageMediaType;
    return await parseCloud(source.bytes, mediaType, limits, pointCloud.depthCamera);
  } catch (error) {
    if (error instanceof RejectedError) return undefined;
    throw error;
  }
}

function findFirst(references: readonly ReferenceSample[]): ReferenceSample | undefined {
  return references.find(({ views }) => views[0]?.geometry.kind === 'POINT_CLOUD');
}

/** The views of a cloud that has been read. */
export async function drawCloud(
  cloud: PointCloud,
  mediaType: PointCloudMediaType | PointImageMediaType,
  settings: DrawSettings,
): Promise<Rendering> {
  return drawScene(createScene(cloud, takeKernels()), mediaType, settings);
}

/** Needs of a cloud's columns its colours and intensities alone, and gives its kernels back. */
async function drawScene(
  scene: Scene,
  mediaType: PointCloudMediaType | PointImageMediaType,
  settings: DrawSettings,
  reference?: PointCloud,
): Promise<Rendering> {
  const { pointCloud, longSidePx } = settings;
  const given = pointCloud.frames ?? findFrames(settings.references);
  const isAlike = given !== undefined && (pointCloud.frames !== undefined || liesAlike(scene, given));
  const shots = isAlike
    ? repeatShots(scene, given)
    : planShots(scene, mediaType, pointCloud, Math.min(pointCloud.sidePx, longSidePx));
  const compare =
    isAlike && reference !== undefined ? createComparison(reference, scene.cloud.offset) : undefined;
  const views = takeShots(scene, shots, compare);
  keepKernels(scene.kernels);
  const notes = given === undefined || isAlike ? scene.notes : [...scene.notes, ELSEWHERE];
  return { views: await Promise.all(views), notes };
}

/** The views of the first reference that is a cloud. */
function findFrames(references: readonly ReferenceSample[]): readonly CloudFrame[] | undefined {
  return findFirst(references)?.views.flatMap(({ geometry, widthPx, heightPx }) =>
    geometry.kind === 'POINT_CLOUD' ? [{ geometry, widthPx, heightPx }] : [],
  );
}

function repeatShots(scene: Scene, frames: readonly CloudFrame[]): readonly Shot[] {
  return frames.map((given) => {
    const { camera, style, range } = given.geometry;
    return { camera, style, range, frame: repeatFrame(scene, given, findBarPx(style)) };
  });
}

function planShots(
  scene: Scene,
  mediaType: PointCloudMediaType | PointImageMediaType,
  options: PointCloudOptions,
  sidePx: number,
): readonly Shot[] {
  const axes = options.axes ?? guessAxes(scene, mediaType);
  const views = expandViews(options.views ?? chooseViews(scene.cloud, axes), scene, axes);
  return views.map(({ camera, style }) => {
    const direction = findCamera(camera, axes, () => findPrincipalAxes(viewPoints(scene), scene.box));
    return { camera, style, frame: fitFrame(scene, direction, sidePx) };
  });
}

/**
 * Draws one after another, each surface once for all its styles, and encodes in the background, so that the next view is
 * drawn meanwhile.
 */
function takeShots(
  scene: Scene,
  shots: readonly Shot[],
  compare: CompareSurface | undefined,
): Promise<View>[] {
  const { kernels, cloud } = scene;
  const groups = Map.groupBy(shots.entries(), ([, { frame }]) => describeFrame(frame));
  const views: Promise<View>[] = new Array(shots.length);
  for (const group of groups.values()) {
    const before = kernels.mark();
    const [first] = group;
    if (first === undefined) continue;
    const surface = drawSurface(
      scene,
      first[1].frame,
      group.some(([, { style }]) => style === 'COLOUR'),
    );
    let departures = compare?.(kernels, surface);
    for (const [index, { camera, style, frame, range }] of group) {
      const painting = paintSurface(kernels, surface, style, { unit: cloud.unit, range });
      const geometry: PointCloudGeometry = {
        kind: 'POINT_CLOUD',
        camera,
        style,
        origin: add(frame.corner, cloud.offset),
        right: frame.right,
        down: frame.down,
        forward: frame.forward,
        unitsPerPx: frame.unitsPerPx,
        range: painting.range,
        ...(cloud.unit !== undefined && { unit: cloud.unit }),
        ...(departures && { departures }),
      };
      departures = departures && [];
      views[index] = encodePainting(painting, geometry);
    }
    kernels.release(before);
  }
  return views;
}

function describeFrame({ right, down, corner, unitsPerPx, widthPx, heightPx }: Frame): string {
  return [...right, ...down, ...corner, unitsPerPx, widthPx, heightPx].join(' ');
}

async function encodePainting(
  { data, widthPx, heightPx, channels }: Painting,
  geometry: PointCloudGeometry,
): Promise<View> {
  const bytes = await sharp(data, { raw: { width: widthPx, height: heightPx, channels } })
    .jpeg(VIEW_JPEG)
    .toBuffer();
  return { mediaType: 'image/jpeg', bytes: new Uint8Array(bytes), widthPx, heightPx, geometry };
}
