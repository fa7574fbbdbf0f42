import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import type { View } from '../types.ts';
import { readCloudFixture } from './testing/read-cloud-fixture.ts';

function describeFrames(views: readonly View[]) {
  return views.map(({ geometry, widthPx, heightPx }) =>
    geometry.kind === 'POINT_CLOUD'
      ? [
          geometry.camera,
          geometry.style,
          ...geometry.right,
          ...geometry.down,
          geometry.unitsPerPx,
          ...geometry.range,
          // Origins are computed again from each file's own offset.
          ...geometry.origin.map((value) => Math.round(value * 1e3) / 1e3),
          widthPx,
          heightPx,
        ]
      : [],
  );
}

describe('a cloud with a normal one to compare with', () => {
  it('is shown by the same cameras, in the same places, scales and ranges', async () => {
    const reference = await convert(readCloudFixture('ism_train_cat.pcd'));
    const query = await convert(readCloudFixture('ism_test_cat.pcd'), { references: [reference] });
    expect(describeFrames(query.views)).toEqual(describeFrames(reference.views));
    expect(query.notes).toEqual([]);
    const alone = await convert(readCloudFixture('ism_test_cat.pcd'));
    expect(describeFrames(alone.views)).not.toEqual(describeFrames(reference.views));
  });

  it('has cameras of its own, and a note, when it would not be in the picture', async () => {
    const reference = await convert(readCloudFixture('ism_train_cat.pcd'));
    const query = await convert(readCloudFixture('milk.pcd'), { references: [reference] });
    expect(query.notes.join()).toContain('lies elsewhere');
    const alone = await convert(readCloudFixture('milk.pcd'));
    expect(describeFrames(query.views)).toEqual(describeFrames(alone.views));
  });

  it('passes over references of another kind', async () => {
    const series = await convert(Buffer.from(`time,value\n${'1,2\n2,3\n'.repeat(20)}`));
    const query = await convert(readCloudFixture('ism_test_cat.pcd'), { references: [series] });
    expect(query.notes).toEqual([]);
  });
});
