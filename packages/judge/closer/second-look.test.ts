import { describe, expect, it } from 'vitest';
import type { ModelTraits } from '../models/vision-model.ts';
import type { PictureTools, SourcedView } from './picture-tools.ts';
import type { FoundRegion } from './regions.ts';
import { limitZooms, makeZooms, pickPlaces } from './second-look.ts';

const PICTURE = { mediaType: 'image/png', bytes: new Uint8Array(1), widthPx: 90, heightPx: 90 } as const;
const VIEW: SourcedView = { ...PICTURE, geometry: { kind: 'IMAGE', source: PICTURE } };
const TRAITS: ModelTraits = { imagesPerCall: null, maxTokens: 300, prices: [], comparesReferences: false };

const unused = () => {
  throw new Error('not needed for a second look');
};

/** Each region lies across two frames: the larger part of each, then the smaller ones. */
const tools: PictureTools = {
  resize: unused,
  mark: unused,
  segment: unused,
  rank: unused,
  detect: unused,
  drawMap: unused,
  placeBeside: unused,
  cropPairs: async (_query, _references, regions, most) =>
    [...regions, ...regions].slice(0, most).map((rectangle) => ({ query: PICTURE, rectangle })),
};

function find(view: number, x: number): FoundRegion {
  return { view, x, y: 0, width: 10, height: 10, score: 1, source: 'MARK', label: '' };
}

/** How many pictures there are of the places found. */
async function count(imagesPerCall: number | null, regions: readonly FoundRegion[]): Promise<number> {
  const most = limitZooms({ ...TRAITS, imagesPerCall });
  const { images } = await makeZooms(pickPlaces(regions, most), [VIEW, VIEW], [], tools, most);
  return images.length;
}

describe('the pictures of a second look', () => {
  const across = [find(0, 0), find(0, 30), find(1, 60)];

  it.each([
    [null, 3],
    [16, 3],
    [3, 3],
    [2, 2],
    [1, 1],
  ])('are no more than the model takes in a call (%s), and no more than three', async (most, expected) => {
    expect(await count(most, across)).toBe(expected);
  });

  it('show more frames of a place where there are few places', async () => {
    expect(await count(null, [find(0, 0)])).toBe(2);
    expect(await count(null, [find(0, 0), find(1, 0)])).toBe(3);
    expect(await count(1, [find(0, 0)])).toBe(1);
  });
});
