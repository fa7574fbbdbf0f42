/**
 * Thumbnails of the views of real files. After the views have been looked at, renew those that `golden.test.ts` compares with:
 *
 *     node packages/vision/point-cloud/testing/thumbnails.ts
 */
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { convert } from '../../convert.ts';
import { readCloudFixture } from './read-cloud-fixture.ts';

/** Real files whose default views were looked at and found right. */
export const REVIEWED = [
  'bunny.ply',
  'fragment_000.ply',
  'ism_test_cat.pcd',
  'ism_test_horse.pcd',
  'milk.pcd',
  'object_template_0.pcd',
  'octagonal_pocket.ply',
  'points_agisoft.xyz',
  'ripple.las',
  'ripple_bin.ply',
  'simple-ascii.pcd',
] as const;

const THUMBNAIL_PX = 32;

/** Each default view of a real file as 32 × 32 greys, in base64 by camera and style. */
export async function makeThumbnails(name: string): Promise<Record<string, string>> {
  const declaredMediaType = name.endsWith('.xyz') ? 'text/x-xyz' : undefined;
  const { views } = await convert(readCloudFixture(name), { declaredMediaType });
  const thumbnails: Record<string, string> = {};
  for (const { bytes, geometry } of views) {
    const grey = sharp(bytes).greyscale().resize(THUMBNAIL_PX, THUMBNAIL_PX, { fit: 'fill' });
    const key = geometry.kind === 'POINT_CLOUD' ? `${geometry.camera} ${geometry.style}` : '';
    thumbnails[key] = (await grey.raw().toBuffer()).toString('base64');
  }
  return thumbnails;
}

if (import.meta.main) {
  const entries: [string, Record<string, string>][] = [];
  for (const name of REVIEWED) entries.push([name, await makeThumbnails(name)]);
  const target = new URL('../../../../test/fixtures/pointclouds/thumbnails.json', import.meta.url);
  writeFileSync(target, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
}
