import { describe, expect, it } from 'vitest';
import { probed, readAll, readNumber, readVideo, withContainer } from './testing/fixtures.ts';

const files = Object.entries(probed).flatMap(([name, facts]) =>
  facts === null || name.endsWith('.gif') ? [] : [{ name, ...facts }],
);

/** The number that a frame was made with; see `make.sh`. */
function expectNumber(name: string, sinceFirstMs: number): number {
  return Math.round(sinceFirstMs / 40) + (name.includes('edit-list') ? 75 : 0);
}

const numbered = files.filter(({ name }) => name.startsWith('made/') && !/cuts|burst|bottles/.test(name));

describe('timestamps', () => {
  it.each(files)('of $name are those of ffprobe', async ({ name, pts, timeBase, codec, width, height }) => {
    await withContainer(readVideo(name), async ({ facts, timeline }) => {
      const [numerator = 0, denominator = 1] = timeBase.split('/').map(Number);
      expect(timeline.startsMs).toHaveLength(pts.length);
      for (const [index, time] of pts.entries()) {
        // The last reference frame of an AVI has no time that ffprobe would know.
        if (time !== null) expect(timeline.startsMs[index]).toBe((time * 1000 * numerator) / denominator);
      }
      expect(timeline.endMs).toBeGreaterThan(timeline.startsMs.at(-1) ?? 0);
      expect(facts).toMatchObject({ codec, widthPx: width, heightPx: height });
    });
  });
});

describe('frames', () => {
  it.each(numbered)('of $name are the very ones asked for, each alone and all together', async ({ name }) => {
    await withContainer(readVideo(name), async (source) => {
      const { startsMs } = source.timeline;
      const all = Array.from(startsMs, (_, index) => index);
      const together = await readAll(source, all);
      const shown = all.map((index) =>
        readNumber(together.get(index) ?? { data: new Uint8Array(), widthPx: 0 }),
      );
      expect(shown).toEqual(
        all.map((index) => expectNumber(name, (startsMs[index] ?? 0) - (startsMs[0] ?? 0))),
      );
      // Alone: what lies between is skipped, and must not show in the picture.
      for (const index of all.filter((position) => position % 9 === 4)) {
        const alone = await readAll(source, [index]);
        expect(
          Buffer.compare(
            alone.get(index)?.data ?? new Uint8Array(),
            together.get(index)?.data ?? new Uint8Array(),
          ),
        ).toBe(0);
      }
    });
  });
});
