import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listMvtecItems } from './mvtec-items.ts';

const folder = mkdtempSync(join(tmpdir(), 'mvtec-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const path of [
  'bottle/test/good/000.png',
  'bottle/test/good/001.png',
  'bottle/test/crack/000.png',
  'bottle/test/crack/001.png',
  'bottle/train/good/000.png',
  'bottle/ground_truth/crack/000_mask.png',
]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), '');
}

it("lists the test split as the paper's list has it, with the first good picture as reference", () => {
  const items = listMvtecItems(folder, { clean: false, limit: 100 });
  expect(items).toHaveLength(4);
  expect(items[2]).toEqual({
    object_type: 'bottle',
    defect_img_path: 'bottle/test/good/000.png',
    good_img_path: 'bottle/test/good/000.png',
    label: 1,
    defect_type: 'good',
  });
});

it('takes references from the training split, and both kinds in turn, when asked', () => {
  const items = listMvtecItems(folder, { clean: true, limit: 2 });
  expect(items.map(({ label }) => label)).toEqual([1, 0]);
  expect(items[0]?.good_img_path).toBe('bottle/train/good/000.png');
});
