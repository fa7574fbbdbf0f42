import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../../test/support/processor-time.ts';
import { convert } from '../../convert.ts';
import { readPixels } from '../../fixtures/view-pixels.ts';
import type { SliceGeometry } from '../../geometry.ts';
import type { View } from '../../types.ts';
import { findPlace, findVoxel } from '../find-voxel.ts';
import type { VolumeOptions } from '../options.ts';
import { readVolume } from '../testing/read-fixture.ts';

type SliceView = View & { readonly geometry: SliceGeometry };

async function convertVolume(name: string, volume: VolumeOptions = {}) {
  const { mediaType, views, notes } = await convert(readVolume(name), { volume });
  const slices = views.flatMap((view) =>
    view.geometry.kind === 'SLICE' ? [{ ...view, geometry: view.geometry }] : [],
  );
  return { mediaType, views: slices, notes };
}

/** The value that the formula of make.py gives to a voxel of head-ras (without the ball). */
function computeTissue(r: number, a: number, s: number): number {
  const inside = ((r - 9.5) / 9) ** 2 + ((a - 11.5) / 11) ** 2 + ((s - 7.5) / 7) ** 2 < 1;
  return inside ? 200 + 10 * r + 5 * a + 2 * s : 0;
}

function onlySlice(views: readonly SliceView[]): SliceView {
  const [view] = views;
  if (view === undefined || views.length !== 1) throw new Error('one view was expected');
  return view;
}

describe('NIfTI volumes', () => {
  it('show six slices of sixteen, evenly spaced, hung as radiologists do', async () => {
    const { mediaType, views } = await convertVolume('head-ras.nii.gz');
    expect(mediaType).toBe('application/x-nifti');
    expect(views.map(({ geometry }) => geometry.index)).toEqual([1, 4, 6, 9, 12, 14]);
    expect(views[0]?.geometry).toMatchObject({
      plane: 'AXIAL',
      count: 16,
      edges: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
      spacingMm: [2, 2],
    });
  });

  it('keep the proportions of the body: 20 × 16 voxels of 2 × 3 mm are 40 mm × 48 mm', async () => {
    const { views } = await convertVolume('head-ras.nii.gz', { plane: 'CORONAL', indexes: [12] });
    expect(onlySlice(views)).toMatchObject({ widthPx: 427, heightPx: 512 });
  });

  it.each(['AXIAL', 'CORONAL', 'SAGITTAL'] as const)(
    'look the same in the %s plane however they are stored',
    async (plane) => {
      const window = [0, 800] as const;
      const pictures = [];
      // Directions that are not in the name of the order count backwards.
      const places = { AXIAL: [10, 10, 5], CORONAL: [17, 6, 6], SAGITTAL: [4, 15, 4] }[plane];
      for (const [position, name] of [
        'head-ras.nii.gz',
        'head-lps.nii.gz',
        'head-pir-quaternion.nii.gz',
      ].entries()) {
        const { views } = await convertVolume(name, { plane, indexes: [places[position] ?? 0], window });
        pictures.push(Buffer.from(onlySlice(views).bytes));
      }
      expect(pictures[1]?.equals(pictures[0] ?? Buffer.alloc(0))).toBe(true);
      expect(pictures[2]?.equals(pictures[0] ?? Buffer.alloc(0))).toBe(true);
    },
  );

  it('slices of the file are sagittal when its quaternion says so', async () => {
    const { views } = await convertVolume('head-pir-quaternion.nii.gz', { indexes: [15] });
    expect(onlySlice(views).geometry).toMatchObject({
      plane: 'SAGITTAL',
      count: 20,
      edges: { left: 'A', right: 'P', top: 'H', bottom: 'F' },
    });
  });

  it('an oblique volume has letters of both directions', async () => {
    const { views } = await convertVolume('head-turned.nii.gz', { indexes: [8] });
    expect(onlySlice(views).geometry).toMatchObject({
      plane: 'AXIAL',
      edges: { left: 'RA', right: 'LP', top: 'AL', bottom: 'PR' },
    });
  });

  it('a volume that does not say how it lies has no letters, and a note when a plane was asked for', async () => {
    const { views, notes } = await convertVolume('head-unplaced.nii.gz', { plane: 'CORONAL', indexes: [8] });
    expect(onlySlice(views).geometry).toMatchObject({ plane: 'STORED', index: 8 });
    expect(onlySlice(views).geometry).not.toHaveProperty('edges');
    expect(notes.join()).toContain('does not say how its voxels lie');
  });

  it('big-endian floats and scaled bytes show what whole numbers do', async () => {
    const grey = async (name: string, window: readonly [number, number]) => {
      const { views } = await convertVolume(name, { indexes: [7], window });
      const pixels = await readPixels(onlySlice(views).bytes);
      return [pixels.at(213, 256)[0], pixels.at(120, 200)[0], pixels.at(2, 2)[0]];
    };
    const expected = await grey('head-ras.nii.gz', [0, 800]);
    expect(expected[2]).toBe(0);
    // The floats are value / 4 − 10.
    expect(await grey('head-float-big-endian.nii', [-10, 190])).toEqual(expected);
    const scaled = await grey('head-scaled-named.nii.gz', [0, 800]);
    scaled.forEach((level, at) => {
      expect(Math.abs((level ?? 0) - (expected[at] ?? 0))).toBeLessThanOrEqual(1);
    });
  });

  it('are shown in the window of their header when it has one', async () => {
    const { views } = await convertVolume('head-scaled-named.nii.gz', { indexes: [7] });
    expect(onlySlice(views).geometry.window).toEqual([100, 600]);
  });

  it('free text of the header is left out and named by its field alone', async () => {
    const { notes } = await convertVolume('head-scaled-named.nii.gz');
    expect(notes).toEqual(['Fields of the header that may name a patient were left out: descrip.']);
  });

  it('of several volumes show the first and say so', async () => {
    const { notes } = await convertVolume('head-two-volumes.nii.gz');
    expect(notes).toEqual(['The file has 2 volumes; the first is shown.']);
  });
});

describe('places', () => {
  it.each(['AXIAL', 'CORONAL', 'SAGITTAL'] as const)(
    '%s: the voxel of a pixel has the value shown there',
    async (plane) => {
      const { views } = await convertVolume('head-ras.nii.gz', { plane, indexes: [8], window: [0, 800] });
      const view = onlySlice(views);
      const pixels = await readPixels(view.bytes);
      let inTissue = 0;
      for (let y = 60; y < view.heightPx - 60; y += 37) {
        for (let x = 60; x < view.widthPx - 60; x += 31) {
          const voxel = findVoxel(view, { x, y });
          const middle = findPlace(view, voxel);
          if (middle === undefined) throw new Error('the voxel is in the view');
          const tissue = computeTissue(...voxel);
          // Beside the rim and the ball the picture is smooth, so its middle is the voxel's own value.
          const shown = (pixels.at(Math.floor(middle.x), Math.floor(middle.y))[0] ?? 0) * (800 / 255);
          const near = [-1, 1].flatMap((by) => [
            computeTissue(voxel[0] + by, voxel[1], voxel[2]),
            computeTissue(voxel[0], voxel[1] + by, voxel[2]),
            computeTissue(voxel[0], voxel[1], voxel[2] + by),
          ]);
          const ball = (voxel[0] - 4) ** 2 + (voxel[1] - 17) ** 2 + (voxel[2] - 10) ** 2 <= 16;
          if (tissue === 0 || near.includes(0) || ball) continue;
          inTissue += 1;
          expect(Math.abs(shown - tissue)).toBeLessThan(8);
        }
      }
      expect(inTissue).toBeGreaterThan(20);
    },
  );

  it('go from a view to the voxel and back', async () => {
    const { views } = await convertVolume('head-pir-quaternion.nii.gz', { plane: 'AXIAL', indexes: [5] });
    const view = onlySlice(views);
    for (const voxel of [
      [0, 5, 0],
      [23, 5, 19],
      [11, 5, 3],
    ] as const) {
      const place = findPlace(view, voxel);
      expect(place && findVoxel(view, place)).toEqual(voxel);
    }
    expect(findPlace(view, [0, 6, 0])).toBeUndefined();
    expect(findPlace(view, [24, 5, 0])).toBeUndefined();
  });
});

describe('NIfTI files that are refused', () => {
  const plain = () => new Uint8Array(gunzipSync(readVolume('head-ras.nii.gz')));
  const change = (edit: (view: DataView) => void) => {
    const bytes = plain();
    edit(new DataView(bytes.buffer));
    return bytes;
  };

  const setSides = (view: DataView, side: number) => {
    for (const at of [42, 44, 46]) view.setInt16(at, side, true);
  };

  it.each([
    ['a pair without its voxels', change((view) => view.setUint8(345, 0x69)), 'UNSUPPORTED_VARIANT'],
    ['complex numbers', change((view) => view.setInt16(70, 32, true)), 'UNSUPPORTED_VARIANT'],
    ['no dimension', change((view) => view.setInt16(40, 0, true)), 'CORRUPT_VOLUME'],
    ['a side of −1', change((view) => view.setInt16(44, -1, true)), 'CORRUPT_VOLUME'],
    ['voxels at NaN', change((view) => view.setFloat32(108, Number.NaN, true)), 'CORRUPT_VOLUME'],
    ['more slices than there are', change((view) => view.setInt16(46, 17, true)), 'CORRUPT_VOLUME'],
    ['32767 × 32767 × 32767', change((view) => setSides(view, 32_767)), 'TOO_MANY_PIXELS'],
    ['8000 × 8000 × 8000', change((view) => setSides(view, 8000)), 'TOO_MANY_VOXELS'],
  ])('%s', async (_, bytes, code) => {
    await expect(convert(bytes)).rejects.toMatchObject({ code });
    await expect(convert(new Uint8Array(gzipSync(bytes)))).rejects.toMatchObject({ code });
  });

  it('voxels that are all NaN', async () => {
    const bytes = readVolume('head-float-big-endian.nii');
    new Uint32Array(bytes.buffer, 352).fill(0xffffffff);
    await expect(convert(bytes)).rejects.toMatchObject({ code: 'EMPTY_VOLUME' });
  });

  it('a packed file with a changed byte: its checksum tells', async () => {
    const bytes = readVolume('head-ras.nii.gz');
    const at = bytes.length - 6;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await expect(convert(bytes)).rejects.toMatchObject({ code: 'CORRUPT_VOLUME' });
  });

  it('a small file that unpacks without end is not unpacked beyond what its header states', async () => {
    const bomb = gzipSync(Buffer.concat([plain(), Buffer.alloc(64 * 1024 * 1024)]));
    const spent = startProcessorTime();
    await convert(new Uint8Array(bomb));
    expect(spent()).toBeLessThan(1500);
  });
});
