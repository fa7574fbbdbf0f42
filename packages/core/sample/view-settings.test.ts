import { describe, expect, it } from 'vitest';
import { checkViewSettings } from './view-settings.ts';

const path = ['input', 'viewSettings'];

describe('view settings', () => {
  it('are nothing when nothing is said', () => {
    expect(checkViewSettings(undefined, path)).toBeUndefined();
    expect(checkViewSettings(null, path)).toBeUndefined();
  });

  it('have defaults for what is left out or null', () => {
    expect(checkViewSettings({ contrast: null, window: null }, path)).toEqual({
      cloudViews: [],
      contrast: false,
      spectrogram: false,
    });
    expect(checkViewSettings({ depthCamera: { focalX: 525, focalY: 525 } }, path)?.depthCamera).toEqual({
      focalX: 525,
      focalY: 525,
      unitsPerStep: 0.001,
    });
  });

  it('of a video are kept as they are given', () => {
    const video = { frameLayout: 'FRAME', frames: 8, frameSelection: 'MOTION' } as const;
    expect(checkViewSettings(video, path)).toMatchObject(video);
  });

  it.each([
    [{ frames: 0 }, 'frames'],
    [{ frames: 65 }, 'frames'],
    [{ window: [1] }, 'window'],
    [{ window: [2, 1] }, 'window'],
    [{ window: [0, 1, 2] }, 'window'],
    [{ depthCamera: { focalX: 0, focalY: 525 } }, 'focalX'],
    [{ depthCamera: { focalX: 525 } }, 'focalY'],
    [{ depthCamera: { focalX: 525, focalY: 525, centreX: 3 } }, 'depthCamera'],
    [{ depthCamera: { focalX: 525, focalY: 525, unitsPerStep: -1 } }, 'unitsPerStep'],
    [
      { cloudViews: Array.from({ length: 13 }, () => ({ camera: 'TOP', style: 'DEPTH' }) as const) },
      'cloudViews',
    ],
  ])('%j is refused', (input, field) => {
    expect(() => checkViewSettings(input, path)).toThrow(
      expect.objectContaining({ code: 'INVALID', path: expect.arrayContaining([field]) }),
    );
  });
});
