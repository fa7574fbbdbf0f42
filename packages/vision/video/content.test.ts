import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { cropSource } from '../image/index.ts';
import { HEAD_BYTES, needsVideoDecoder } from './content.ts';
import { readVideo } from './testing/fixtures.ts';

function isSentToDecoder(bytes: Uint8Array): boolean {
  return needsVideoDecoder(bytes.subarray(0, HEAD_BYTES));
}

/** The file with all frames but the first taken out of its sample tables; what is left of the sizes becomes a `free` box. */
function keepFirstFrame(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file);
  const content = (name: string) => bytes.indexOf(name) + 4;
  bytes.writeUInt32BE(1, content('stts') + 8);
  bytes.writeUInt32BE(1, content('stsc') + 12);
  const sizes = content('stsz');
  const freed = bytes.readUInt32BE(sizes + 8) * 4 - 4;
  bytes.writeUInt32BE(1, sizes + 8);
  bytes.writeUInt32BE(24, sizes - 8);
  bytes.writeUInt32BE(freed, sizes + 16);
  bytes.write('free', sizes + 20);
  return bytes;
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

  it('not an AVIF sequence of one frame, whose picture is shown', async () => {
    const file = readVideo('made/animated.avif');
    const bytes = keepFirstFrame(file);
    expect([isSentToDecoder(file), isSentToDecoder(bytes)]).toEqual([true, false]);
    const { modality, views } = await convert(bytes);
    expect(modality).toBe('IMAGE');
    expect(views).toMatchObject([{ widthPx: 160, heightPx: 96, geometry: { kind: 'IMAGE' } }]);
    const part = await cropSource(bytes, { x: 10, y: 20, width: 30, height: 40 });
    expect(part).toMatchObject({ widthPx: 30, heightPx: 40 });
  });

  it('nothing that is too short to tell', () => {
    for (const bytes of [[], [0], [0x1a, 0x45]])
      expect(needsVideoDecoder(Uint8Array.from(bytes))).toBe(false);
  });
});
