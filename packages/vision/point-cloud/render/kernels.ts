import { moduleBase64 } from '../../wasm/generated/point-cloud.ts';
import { type Kernels, loadKernels } from '../../wasm/index.ts';

/** The functions of wasm/assembly/point-cloud/, where each is described. All arguments named like arrays are addresses. */
export interface PointCloudFunctions {
  readonly fill: (target: number, count: number, bits: number) => void;
  readonly splat: (
    x: number,
    y: number,
    z: number,
    count: number,
    camera: number,
    far: number,
    depths: number,
    width: number,
    height: number,
  ) => void;
  readonly splatValues: (
    x: number,
    y: number,
    z: number,
    values: number,
    count: number,
    camera: number,
    far: number,
    depths: number,
    picture: number,
    width: number,
    height: number,
  ) => void;
  readonly measure: (
    x: number,
    y: number,
    z: number,
    count: number,
    camera: number,
    box: number,
    bounds: number,
  ) => void;
  readonly measureAll: (
    x: number,
    y: number,
    z: number,
    count: number,
    camera: number,
    bounds: number,
  ) => void;
  readonly countMissing: (x: number, y: number, z: number, count: number, at: number) => bigint;
  readonly halve: (source: number, half: number, width: number, height: number) => void;
  readonly countHoles: (depths: number, width: number, height: number) => bigint;
  readonly bridgeCells: (cells: number, target: number, width: number, height: number) => void;
  readonly limitCells: (nearest: number, limits: number, width: number, height: number, side: number) => void;
  readonly cull: (depths: number, width: number, height: number, limits: number, shift: number) => void;
  readonly spreadColumns: (
    depths: number,
    values: number,
    distances: number,
    spread: number,
    width: number,
    height: number,
    far: number,
  ) => void;
  readonly spreadRows: (
    distances: number,
    spread: number,
    squares: number,
    values: number,
    width: number,
    height: number,
    reach: number,
  ) => void;
  readonly measureColumns: (
    squares: number,
    distances: number,
    width: number,
    height: number,
    limit: number,
    far: number,
  ) => void;
  readonly carve: (
    depths: number,
    distances: number,
    width: number,
    height: number,
    reach: number,
    limit: number,
  ) => void;
  readonly smooth: (
    source: number,
    target: number,
    width: number,
    height: number,
    step: number,
    bend: number,
  ) => void;
  readonly shade: (
    depths: number,
    light: number,
    width: number,
    height: number,
    head: number,
    key: number,
    step: number,
  ) => void;
  readonly paintGrey: (
    depths: number,
    light: number,
    stride: number,
    left: number,
    top: number,
    width: number,
    height: number,
    target: number,
    dark: number,
    bright: number,
  ) => void;
  readonly paintPalette: (
    depths: number,
    values: number,
    light: number,
    stride: number,
    left: number,
    top: number,
    width: number,
    height: number,
    target: number,
    pitch: number,
    palette: number,
    low: number,
    high: number,
    floor: number,
  ) => void;
  readonly paintColours: (
    depths: number,
    colours: number,
    stride: number,
    left: number,
    top: number,
    width: number,
    height: number,
    target: number,
  ) => void;
  readonly transform: (
    x: number,
    y: number,
    z: number,
    count: number,
    camera: number,
    u: number,
    v: number,
    d: number,
  ) => void;
  readonly drawTriangles: (
    triangles: number,
    count: number,
    u: number,
    v: number,
    d: number,
    depths: number,
    width: number,
    height: number,
    colours: number,
    picture: number,
  ) => void;
}

export type PointCloudKernels = Kernels<PointCloudFunctions>;

export function loadPointCloudKernels(): PointCloudKernels {
  return loadKernels<PointCloudFunctions>(moduleBase64);
}

/** Memory above this is given back after use. */
const KEPT_BYTES = 128 * 2 ** 20;

let kept: PointCloudKernels | undefined;

/** Kernels of a conversion that is over, or new ones. Touching fresh memory takes as long as drawing a view. */
export function takeKernels(): PointCloudKernels {
  const kernels = kept ?? loadPointCloudKernels();
  kept = undefined;
  return kernels;
}

/** Takes kernels back whose results have been copied. */
export function keepKernels(kernels: PointCloudKernels): void {
  kernels.release(0);
  if (kernels.size() <= KEPT_BYTES) kept = kernels;
}
