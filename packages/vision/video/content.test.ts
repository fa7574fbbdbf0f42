import { describe, expect, it } from 'vitest';
import { readFixture } from '../fixtures/read-fixture.ts';
import { HEAD_BYTES, needsVideoDecoder } from './content.ts';
import { readVideo } from './testing/fixtures.ts';

function isSentToDecoder(bytes: Uint8Array): boolean {
  return needsVideoDecoder(bytes.subarray(0, HEAD_BYTES));
}

describe('what needs the decoder of video', () => {
  it.each([
    'made/numbered.mp4',
    'made/rotated-180.mov',
    'made/vp9.webm',
    'made/variable.mkv',
    'made/mjpeg.avi',
    'made/animated.png',
    'made/animated.avif',
  ])('%s', (name) => {
    expect(isSentToDecoder(readVideo(name))).toBe(true);
  });

  it.each(['made/animated.gif', 'made/animated.webp'])('not %s, which libvips draws', (name) => {
    expect(isSentToDecoder(readVideo(name))).toBe(false);
  });

  it.each(['thumb.heic', 'quarters.avif', 'rgb24.png'])('not the picture %s', (name) => {
    expect(isSentToDecoder(readFixture(name))).toBe(false);
  });

  it('nothing that is too short to tell', () => {
    for (const bytes of [[], [0], [0x1a, 0x45]])
      expect(needsVideoDecoder(Uint8Array.from(bytes))).toBe(false);
  });
});
