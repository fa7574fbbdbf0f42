import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../fixtures/read-fixture.ts';
import { assertFirstFrameWhole } from './check-gif.ts';

describe('assertFirstFrameWhole', () => {
  it('accepts the files of other encoders', () => {
    expect(() => assertFirstFrameWhole(readFixture('three-frames.gif'))).not.toThrow();
  });

  it('counts every pixel of any picture, long codes and full tables included', async () => {
    const shape = fc.record({
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 300 }),
      noise: fc.constantFrom(0, 1, 7, 255),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ width, height, noise }) => {
        const data = Buffer.from(Array.from({ length: width * height }, (_, i) => ((i * 7919) >> 3) & noise));
        const gif = await sharp(data, { raw: { width, height, channels: 1 } })
          .gif({ effort: 1 })
          .toBuffer();
        expect(() => assertFirstFrameWhole(gif)).not.toThrow();
        // One row more than there is.
        const taller = new Uint8Array(gif);
        const descriptor = Buffer.from(taller).indexOf(
          Buffer.from([0x2c, 0, 0, 0, 0, width & 255, width >> 8]),
        );
        new DataView(taller.buffer).setUint16(descriptor + 7, height + 1, true);
        expect(() => assertFirstFrameWhole(taller)).toThrow('ends before its picture does');
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a file without a picture', () => {
    expect(() => assertFirstFrameWhole(Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'))).toThrow(
      'no picture',
    );
  });
});
