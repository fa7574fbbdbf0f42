import { checkNumber, DomainError } from '../platform/index.ts';

export type CloudAxes = 'Z_UP' | 'Y_UP' | 'SENSOR' | 'SENSOR_Y_UP';
export type CloudStyle = 'COLOUR' | 'DEPTH' | 'HILLSHADE' | 'RESIDUAL';
export type CloudCamera =
  | 'AUTO'
  | 'BACK'
  | 'BOTTOM'
  | 'FRONT'
  | 'ISOMETRIC'
  | 'ISOMETRIC_BACK'
  | 'LEFT'
  | 'RIGHT'
  | 'TILTS'
  | 'TOP'
  | 'WIDEST';

/** Which frames of a video are shown. */
export type FrameSelection = 'MOTION' | 'SCENE' | 'UNIFORM';

export interface CloudView {
  readonly camera: CloudCamera;
  readonly style: CloudStyle;
}

/** A pinhole camera. Lengths in pixels of its picture. */
export interface DepthCamera {
  readonly focalX: number;
  readonly focalY: number;
  /** Absent means the middle of the picture. */
  readonly centreX?: number | undefined;
  readonly centreY?: number | undefined;
  readonly unitsPerStep: number;
}

/** How views are made of a file; see the schema for what each means. */
export interface ViewSettings {
  readonly cloudAxes?: CloudAxes | undefined;
  /** Empty means the usual ones. */
  readonly cloudViews: readonly CloudView[];
  readonly contrast: boolean;
  readonly depthCamera?: DepthCamera | undefined;
  /** `FRAME` makes each frame of a video a view, `MONTAGE` puts them side by side. */
  readonly frameLayout?: 'FRAME' | 'MONTAGE' | undefined;
  /** Frames of a montage, or views. */
  readonly frames?: number | undefined;
  readonly frameSelection?: FrameSelection | undefined;
  readonly spectrogram: boolean;
  /** Values of a volume shown as black and as white. */
  readonly window?: readonly [number, number] | undefined;
}

/** Settings as a caller gives them: null means the default. */
export type ViewSettingsInput = {
  readonly [K in Exclude<keyof ViewSettings, 'depthCamera' | 'window'>]?: ViewSettings[K] | null | undefined;
} & {
  readonly depthCamera?:
    | { readonly [K in keyof DepthCamera]?: DepthCamera[K] | null | undefined }
    | null
    | undefined;
  readonly window?: readonly number[] | null | undefined;
};

export const DEFAULT_VIEW_SETTINGS: ViewSettings = { cloudViews: [], contrast: false, spectrogram: false };

const MOST_CLOUD_VIEWS = 12;
const MOST_FRAMES = 64;
const FAR_PX = 1e6;

/** @throws DomainError INVALID */
export function checkViewSettings(
  input: ViewSettingsInput | null | undefined,
  path: readonly string[],
): ViewSettings | undefined {
  if (!input) return undefined;
  const { cloudAxes, cloudViews, contrast, depthCamera, spectrogram, window } = input;
  const { frameLayout, frames, frameSelection } = input;
  if (cloudViews && cloudViews.length > MOST_CLOUD_VIEWS) {
    const message = `There are at most ${MOST_CLOUD_VIEWS} views of a cloud.`;
    throw new DomainError('INVALID', message, [...path, 'cloudViews']);
  }
  return {
    ...(cloudAxes && { cloudAxes }),
    cloudViews: cloudViews ?? [],
    contrast: contrast ?? false,
    ...(depthCamera && { depthCamera: checkCamera(depthCamera, [...path, 'depthCamera']) }),
    ...(frameLayout && { frameLayout }),
    ...(typeof frames === 'number' && { frames: checkNumber(frames, [...path, 'frames'], 1, MOST_FRAMES) }),
    ...(frameSelection && { frameSelection }),
    spectrogram: spectrogram ?? false,
    ...(window && { window: checkWindow(window, [...path, 'window']) }),
  };
}

function checkCamera(
  { focalX, focalY, centreX, centreY, unitsPerStep }: NonNullable<ViewSettingsInput['depthCamera']>,
  path: readonly string[],
): DepthCamera {
  const check = (name: string, value: number | null | undefined, least: number) =>
    checkNumber(value ?? Number.NaN, [...path, name], least, FAR_PX);
  if ((centreX ?? null) === null || (centreY ?? null) === null) {
    if ((centreX ?? centreY ?? null) !== null) {
      throw new DomainError('INVALID', 'centreX and centreY are given both or not at all.', path);
    }
  }
  return {
    focalX: check('focalX', focalX, 1),
    focalY: check('focalY', focalY, 1),
    ...(typeof centreX === 'number' && { centreX: check('centreX', centreX, -FAR_PX) }),
    ...(typeof centreY === 'number' && { centreY: check('centreY', centreY, -FAR_PX) }),
    unitsPerStep: check('unitsPerStep', unitsPerStep ?? 0.001, 1e-9),
  };
}

function checkWindow(window: readonly number[], path: readonly string[]): readonly [number, number] {
  const [black, white] = window;
  if (window.length === 2 && black !== undefined && white !== undefined && black < white)
    return [black, white];
  throw new DomainError('INVALID', 'window has two numbers, the lower one first.', path);
}
