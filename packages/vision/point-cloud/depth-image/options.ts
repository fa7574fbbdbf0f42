/** The camera that took a depth picture: a pinhole without distortion. */
export interface DepthCamera {
  /** Focal lengths along x and y, in pixels of the picture. */
  readonly focalPx: readonly [number, number];
  /** Where the optical axis meets the picture, in pixels; default its middle. */
  readonly centrePx?: readonly [number, number] | undefined;
  /** Distance along the optical axis that one step of a sample stands for; default 0.001, millimetres as metres. */
  readonly unitsPerStep?: number | undefined;
  /** Name of the unit; default `m`. */
  readonly unit?: string | undefined;
}

/** @throws RangeError for numbers that no camera has */
export function assertDepthCamera({ focalPx, centrePx, unitsPerStep }: DepthCamera): void {
  const positive = [...focalPx, unitsPerStep ?? 1];
  if (!positive.every((value) => Number.isFinite(value) && value > 0)) {
    throw new RangeError('pointCloud.depthCamera: focal lengths and units per step must be above 0.');
  }
  if (centrePx !== undefined && !centrePx.every(Number.isFinite)) {
    throw new RangeError('pointCloud.depthCamera.centrePx must be two numbers.');
  }
}
