import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeThumbnails, REVIEWED } from './fixtures/thumbnails.ts';

const reviewed = JSON.parse(
  readFileSync(new URL('fixtures/thumbnails.json', import.meta.url), 'utf8'),
) as Record<string, string[]>;

/** Greys that a thumbnail may differ by on average: other rounding and encoding, not another picture. */
const TOLERANCE = 2;

describe('views of real pictures, series and volumes look as they did when they were reviewed', () => {
  it.each(REVIEWED)('%s', async (name) => {
    const now = await makeThumbnails(name);
    const then = reviewed[name] ?? [];
    expect(now).toHaveLength(then.length);
    for (const [view, text] of now.entries()) {
      const [a, b] = [Buffer.from(text, 'base64'), Buffer.from(then[view] ?? '', 'base64')];
      const difference = a.reduce((sum, grey, i) => sum + Math.abs(grey - (b[i] ?? 0)), 0) / a.length;
      expect(difference, `view ${view}`).toBeLessThan(TOLERANCE);
    }
  });
});
