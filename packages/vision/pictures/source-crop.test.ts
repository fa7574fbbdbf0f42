import { expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readPixels } from '../fixtures/view-pixels.ts';
import { makeTiff } from '../image/testing/make-tiff.ts';
import { openSourceCrop } from './source-crop.ts';

it('a further page is cut out of that page of the file, at its full resolution', async () => {
  const [width, height] = [600, 300];
  const file = makeTiff(
    [40, 200].map((grey) => ({ width, height, bands: [new Uint8Array(width * height).fill(grey)] })),
    true,
  );
  const { views } = await convert(file, { longSidePx: 300 });
  for (const [page, view] of views.entries()) {
    const crop = await openSourceCrop({ ...view, readSource: async () => file });
    const part = await crop({ x: 100, y: 50, width: 50, height: 50 }, 1024);
    expect(part).toMatchObject({ widthPx: 100, heightPx: 100 });
    expect((await readPixels(part?.bytes ?? new Uint8Array())).at(50, 50)[0]).toBe(page === 0 ? 40 : 200);
  }
  expect(views).toHaveLength(2);
});
