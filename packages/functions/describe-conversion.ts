import type { Sample, ViewSettings } from '@loupe/core/sample';
import type { ConvertOptions } from '@loupe/vision';

/** What a sample's settings ask of its conversion. */
export function describeConversion({ longSidePx, viewSettings, keepsFrames = true }: Sample): ConvertOptions {
  if (viewSettings === undefined) return { longSidePx, video: { keepFrames: keepsFrames } };
  const { cloudAxes, cloudViews, contrast, depthCamera, spectrogram, window } = viewSettings;
  const { frameLayout, frames, frameSelection } = viewSettings;
  return {
    longSidePx,
    image: { contrast },
    pointCloud: {
      axes: cloudAxes,
      ...(cloudViews.length > 0 && { views: cloudViews.map(describeView) }),
      ...(depthCamera && { depthCamera: describeCamera(depthCamera) }),
    },
    timeSeries: { spectrogram },
    video: {
      select: frameSelection,
      frames,
      layout: frameLayout === 'FRAME' ? 'FRAMES' : frameLayout,
      keepFrames: keepsFrames,
    },
    volume: { window },
  };
}

/** `ISOMETRIC_BACK` in the API is the camera `isometric-back`. */
function describeView({ camera, style }: ViewSettings['cloudViews'][number]) {
  return { camera: camera.toLowerCase().replaceAll('_', '-'), style };
}

function describeCamera({
  focalX,
  focalY,
  centreX,
  centreY,
  unitsPerStep,
}: NonNullable<ViewSettings['depthCamera']>) {
  const hasCentre = centreX !== undefined && centreY !== undefined;
  return {
    focalPx: [focalX, focalY] as const,
    ...(hasCentre && { centrePx: [centreX, centreY] as const }),
    unitsPerStep,
  };
}
