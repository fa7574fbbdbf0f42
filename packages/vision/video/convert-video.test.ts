import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert, detectMediaType, type VideoGeometry } from '../index.ts';
import { findGifFrames } from './animation/gif-frames.ts';
import { findWebpFrames } from './animation/webp-frames.ts';
import { probed, readNumber, readVideo } from './testing/fixtures.ts';

async function convertVideo(name: string, options: Parameters<typeof convert>[1] = {}) {
  const conversion = await convert(readVideo(name), options);
  const geometries = conversion.views.map(({ geometry }) => geometry as VideoGeometry);
  return { ...conversion, geometries };
}

async function decode(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}

describe('the type of a video', () => {
  it.each([
    ['bottle-detection.mp4', 'video/mp4'],
    ['with-gps.mov', 'video/quicktime'],
    ['made/bottles.mkv', 'video/x-matroska'],
    ['rabbit320.webm', 'video/webm'],
    ['made/vp9.webm', 'video/webm'],
    ['made/mjpeg.avi', 'video/x-msvideo'],
    ['made/fragmented.mp4', 'video/mp4'],
  ])('of %s is %s by its first 64 bytes', (name, mediaType) => {
    expect(detectMediaType(readVideo(name).subarray(0, 64))).toBe(mediaType);
  });

  it('is that of a moving picture when it has several frames, of an image when it has one', async () => {
    expect(await convertVideo('made/animated.gif')).toMatchObject({
      mediaType: 'image/gif',
      modality: 'VIDEO',
    });
    expect(await convertVideo('made/animated.webp')).toMatchObject({
      mediaType: 'image/webp',
      modality: 'VIDEO',
    });
    for (const type of ['png', 'avif']) {
      expect(await convertVideo(`made/animated.${type}`)).toMatchObject({
        mediaType: `image/${type}`,
        modality: 'VIDEO',
        notes: [],
      });
    }
    expect(await convertVideo('made/one-frame.gif')).toMatchObject({
      mediaType: 'image/gif',
      modality: 'IMAGE',
    });
  });

  it('is not taken on the word of its declaration', async () => {
    await expect(
      convert(readVideo('made/bottles.mkv'), { declaredMediaType: 'video/mp4' }),
    ).rejects.toMatchObject({
      code: 'TYPE_MISMATCH',
    });
  });
});

describe('a montage', () => {
  it('shows in each cell the frame that its geometry names', async () => {
    const { views, geometries } = await convertVideo('made/numbered.mp4', { video: { frames: 9 } });
    expect(views).toHaveLength(1);
    const picture = await decode(views[0]?.bytes ?? new Uint8Array());
    const [geometry] = geometries;
    expect(geometry?.frames).toHaveLength(9);
    for (const { index, timeMs, area } of geometry?.frames ?? []) {
      const { x: left, y: top, width, height } = area;
      expect([width, height]).toEqual([160, 96]);
      const { data } = await sharp(picture.data, {
        raw: { width: picture.widthPx, height: picture.heightPx, channels: 3 },
      })
        .extract({ left, top, width, height })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(readNumber({ data, widthPx: width })).toBe(index);
      expect(timeMs).toBe(index * 40);
    }
  });

  it('says what the headers say', async () => {
    const { geometries } = await convertVideo('bottle-detection.mp4');
    // ffprobe: 1189 frames at 179/6 a second, 456576 units of 1/11456 s.
    expect(geometries[0]).toMatchObject({
      kind: 'VIDEO',
      layout: 'MONTAGE',
      codec: 'h264',
      frameCount: 1189,
      isFrameRateVariable: false,
      rotation: 0,
      source: { widthPx: 640, heightPx: 360 },
    });
    expect(geometries[0]?.durationMs).toBeCloseTo((456_576 / 11_456) * 1000, 6);
    expect(geometries[0]?.frameRate).toBeCloseTo(179 / 6, 6);
  });

  it('knows a variable frame rate from one that is only rounded', async () => {
    expect((await convertVideo('made/variable.mkv')).geometries[0]?.isFrameRateVariable).toBe(true);
    expect((await convertVideo('rabbit320.webm')).geometries[0]?.isFrameRateVariable).toBe(false);
  });

  it('of a phone is upright, names its other streams, and tells nothing of the place in its header', async () => {
    const { geometries, notes, views } = await convertVideo('with-gps.mov');
    expect(probed['with-gps.mov']?.rotation).toBe(-90);
    expect(geometries[0]).toMatchObject({ rotation: 90, source: { widthPx: 320, heightPx: 568 } });
    expect(notes).toEqual(['The file also has streams that are not shown: audio, data, data.']);
    expect(JSON.stringify([geometries, notes])).not.toMatch(/32\.09|34\.86|Apple/);
    expect(await sharp(views[0]?.bytes).metadata()).not.toHaveProperty('exif');
  });

  it('gives non-square pixels their proportions', async () => {
    const { geometries } = await convertVideo('made/wide-pixels.mp4', { video: { frames: 2 } });
    expect(geometries[0]?.source).toEqual({ widthPx: 160, heightPx: 96 });
    expect(geometries[0]?.frames[0]?.area).toMatchObject({ width: 320, height: 96 });
  });

  it('of each segment follows that of the whole when the video is long', async () => {
    const { geometries } = await convertVideo('made/numbered.mp4', {
      video: { segmentSeconds: 3, frames: 4 },
    });
    // 8 s in parts of at most 3 s: three.
    expect(geometries.map(({ spanMs }) => spanMs.map(Math.round))).toEqual([
      [0, 8000],
      [0, 2667],
      [2667, 5333],
      [5333, 8000],
    ]);
    for (const { frames, spanMs } of geometries.slice(1)) {
      expect(frames).toHaveLength(4);
      expect(frames.every(({ timeMs }) => timeMs >= spanMs[0] && timeMs < spanMs[1])).toBe(true);
    }
  });

  it('shows the scenes when it is asked for them', async () => {
    const { geometries } = await convertVideo('made/cuts.mp4', { video: { select: 'SCENE', frames: 5 } });
    expect(geometries[0]?.frames.map(({ index }) => index)).toEqual([0, 20, 55, 90, 140]);
  });
});

describe('separate frames', () => {
  it('are a view each, with nothing drawn on them', async () => {
    const { views, geometries } = await convertVideo('made/hevc.mp4', {
      video: { layout: 'FRAMES', frames: 5 },
    });
    expect(geometries.map(({ frames }) => frames.map(({ index }) => index))).toEqual([
      [10],
      [30],
      [50],
      [70],
      [90],
    ]);
    for (const [i, { bytes, widthPx, heightPx }] of views.entries()) {
      expect([widthPx, heightPx]).toEqual([160, 96]);
      expect(readNumber(await decode(bytes))).toBe(10 + i * 20);
      expect(geometries[i]?.spanMs).toEqual([(10 + i * 20) * 40, (11 + i * 20) * 40]);
    }
  });
});

describe('a moving picture', () => {
  it.each(['made/animated.gif', 'made/animated.webp', 'made/animated.png', 'made/animated.avif'])(
    '%s shows the frames that its geometry names',
    async (name) => {
      const { views, geometries } = await convertVideo(name, { video: { layout: 'FRAMES', frames: 64 } });
      expect(views).toHaveLength(12);
      for (const [i, { bytes }] of views.entries()) {
        expect(geometries[i]?.frames[0]?.index).toBe(i);
        expect(readNumber(await decode(bytes))).toBe(i);
      }
    },
  );

  it('has the times that ffprobe reads from a GIF', async () => {
    const { geometries } = await convertVideo('made/animated.gif', {
      video: { layout: 'FRAMES', frames: 64 },
    });
    const expected = probed['made/animated.gif']?.pts.map((centiseconds) => (centiseconds ?? 0) * 10);
    expect(geometries.map(({ frames }) => frames[0]?.timeMs)).toEqual(expected);
  });

  it('has what is transparent laid on white', async () => {
    const { views } = await convertVideo('made/transparent.png', { video: { layout: 'FRAMES', frames: 3 } });
    expect(views).toHaveLength(3);
    for (const view of views) {
      // A drawing, stored without loss.
      expect(view.mediaType).toBe('image/png');
      const { data, widthPx } = await decode(view.bytes);
      const at = (x: number) => [...data.subarray((8 * widthPx + x) * 3, (8 * widthPx + x) * 3 + 3)];
      expect([at(2), at(13)]).toEqual([
        [255, 255, 255],
        [0, 255, 0],
      ]);
    }
  });

  it('in PNG gives the frames it has when it is cut off', async () => {
    const bytes = readVideo('made/animated.png');
    const { views, notes } = await convert(bytes.subarray(0, Math.floor(bytes.length * 0.6)), {
      video: { layout: 'FRAMES', frames: 64 },
    });
    expect(views.length).toBeGreaterThan(3);
    expect(views.length).toBeLessThan(12);
    expect(notes.join()).toMatch(/The file ends early/);
  });

  it('is looked through for scenes and motion as well', async () => {
    const { geometries } = await convertVideo('made/animated.webp', {
      video: { select: 'MOTION', frames: 4 },
    });
    expect(geometries[0]?.frames.length).toBeGreaterThan(1);
  });

  it('gives the frames it has when it is cut off', async () => {
    for (const name of ['made/animated.gif', 'made/animated.webp']) {
      const bytes = readVideo(name);
      const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
      const { views, notes } = await convert(cut, { video: { layout: 'FRAMES', frames: 64 } });
      const held = (name.endsWith('gif') ? findGifFrames : findWebpFrames)(cut)?.delaysMs.length ?? 0;
      expect(held).toBeGreaterThan(3);
      expect(held).toBeLessThan(12);
      expect(views).toHaveLength(held);
      expect(notes).toEqual(['The file ends early: its whole frames are shown.']);
    }
  });
});

describe('a file that is cut off', () => {
  it.each([
    ['made/numbered.mp4', 0.5],
    ['made/bottles.mkv', 0.5],
    ['rabbit320.webm', 0.4],
    ['made/mpeg4.avi', 0.6],
    ['made/fragmented.mp4', 0.7],
  ])('%s gives what it has and says so', async (name, share) => {
    const bytes = readVideo(name);
    const { views, notes } = await convert(bytes.subarray(0, Math.floor(bytes.length * share)));
    const geometry = views[0]?.geometry as VideoGeometry;
    expect(geometry.frameCount).toBeGreaterThan(5);
    expect(geometry.frameCount).toBeLessThan(probed[name]?.pts.length ?? 0);
    expect(notes.join(' ')).toMatch(/ends early/);
  });

  it('before its index is refused', async () => {
    const bytes = readVideo('made/index-at-end.mp4');
    await expect(convert(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({
      code: 'CORRUPT_VIDEO',
    });
  });
});

describe('limits', () => {
  it.each([
    ['maxFramePixels', 160 * 96 - 1, 'TOO_MANY_PIXELS'],
    ['maxLongSidePx', 159, 'SIDE_TOO_LONG'],
    ['maxFrames', 199, 'TOO_MANY_FRAMES'],
    ['maxVideoSeconds', 7, 'VIDEO_TOO_LONG'],
  ])('%s of %s refuses with %s', async (name, value, code) => {
    const bytes = readVideo('made/numbered.mp4');
    await expect(convert(bytes, { limits: { [name]: value } })).rejects.toMatchObject({ code });
    await expect(convert(bytes, { limits: { [name]: value + 1 } })).resolves.toMatchObject({
      modality: 'VIDEO',
    });
  });

  it('hold for moving pictures', async () => {
    const bytes = readVideo('made/animated.gif');
    await expect(convert(bytes, { limits: { maxFrames: 11 } })).rejects.toMatchObject({
      code: 'TOO_MANY_FRAMES',
    });
    await expect(convert(bytes, { limits: { maxVideoSeconds: 1 } })).rejects.toMatchObject({
      code: 'VIDEO_TOO_LONG',
    });
  });

  it.each(['made/sound-only.mp4'])('%s, with nothing to see, is refused', async (name) => {
    await expect(convert(readVideo(name))).rejects.toMatchObject({ code: 'EMPTY_VIDEO' });
  });

  it.each([{ frames: 0 }, { frames: 65 }, { segments: 9 }, { segmentSeconds: 0 }])(
    'options of %j are a mistake of the caller',
    async (video) => {
      await expect(convert(readVideo('made/numbered.mp4'), { video })).rejects.toThrow(RangeError);
    },
  );
});
