import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageTokenRule, ModelTraits } from '../models/vision-model.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import { planPictures } from './plan-pictures.ts';
import { planSize } from './plan-size.ts';
import { findWindows, readTimeRanges } from './windows.ts';

/** GPT-4o by OpenAI's guide to images. */
const TILES: ImageTokenRule = {
  kind: 'TILES',
  base: 85,
  perTile: 170,
  tilePx: 512,
  fitPx: 2048,
  shortSidePx: 768,
};
const PATCHES: ImageTokenRule = { kind: 'PATCHES', patchPx: 32, maxPatches: 1536, factor: 1 };
const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

describe('the size of a picture', () => {
  it.each([
    ['is what the model looks at', size(4096, 2048), size(1536, 768)],
    ['never grows', size(300, 200), size(300, 200)],
    ['gives up a sliver of a tile: 768 × 1044 would be 6 tiles', size(1500, 2039), size(753, 1024)],
    ['keeps what is more than a sliver', size(1000, 1500), size(768, 1152)],
  ])('%s', (_name, given, expected) => {
    expect(planSize(given, TILES, 'AUTO')).toEqual(expected);
  });

  it('of low detail is 512 px, of the original as it is', () => {
    expect(planSize(size(2048, 1024), TILES, 'LOW')).toEqual(size(512, 256));
    expect(planSize(size(4000, 3000), TILES, 'ORIGINAL')).toEqual(size(4000, 3000));
    expect(planSize(size(4000, 3000), { kind: 'FLAT', tokens: 1120 }, 'HIGH')).toEqual(size(4000, 3000));
  });

  it('never takes more tiles or patches than the model counts, nor grows', () => {
    const side = fc.integer({ min: 1, max: 5000 });
    const cells = (given: { widthPx: number; heightPx: number }, cell: number) =>
      Math.ceil(given.widthPx / cell) * Math.ceil(given.heightPx / cell);
    fc.assert(
      fc.property(side, side, (width, height) => {
        const tiled = planSize(size(width, height), TILES, 'AUTO');
        const patched = planSize(size(width, height), PATCHES, 'AUTO');
        expect(Math.max(tiled.widthPx, tiled.heightPx)).toBeLessThanOrEqual(2048);
        expect(Math.min(tiled.widthPx, tiled.heightPx)).toBeLessThanOrEqual(768);
        // A strip one pixel high and thousands wide can't be made any thinner.
        if (Math.min(width, height) > 32) expect(cells(patched, 32)).toBeLessThanOrEqual(1536);
        for (const { widthPx, heightPx } of [tiled, patched]) {
          expect(widthPx).toBeLessThanOrEqual(width);
          expect(heightPx).toBeLessThanOrEqual(height);
        }
      }),
    );
  });
});

const TRAITS: ModelTraits = { imagesPerCall: null, maxTokens: 300, prices: [], comparesReferences: false };
const PROFILE: JudgeProfile = { className: 'nut', rules: [], defects: [], preset: 'FULL' };

function plan(profile: Partial<JudgeProfile>, traits: Partial<ModelTraits> = {}) {
  const view = size(100, 100);
  const { pictures, counts } = planPictures({
    profile: { ...PROFILE, ...profile },
    traits: { ...TRAITS, ...traits },
    query: [view, view],
    references: [[view], [view, view], [view]],
    ranked: [2, 0, 1],
  });
  return {
    counts,
    pictures: pictures.map(({ kind, reference = '', view: at }) => `${kind}${reference}.${at}`),
  };
}

describe('the pictures of a question', () => {
  it('are references, then views, then marks, then evidence', () => {
    expect(plan({ marks: 'GRID', evidence: 'OVERLAY', referenceCount: 2 })).toEqual({
      counts: { references: 3, queries: 2, marked: true },
      pictures: [
        'REFERENCE0.0',
        'REFERENCE1.0',
        'REFERENCE1.1',
        'QUERY.0',
        'QUERY.1',
        'MARKS.0',
        'MARKS.1',
        'EVIDENCE.0',
      ],
    });
  });

  it('hold no references with a preset that has none', () => {
    expect(plan({ preset: 'RULES' }).pictures).toEqual(['QUERY.0', 'QUERY.1']);
  });

  it('take the nearest reference by its rank', () => {
    expect(plan({ referenceChoice: 'NEAREST', referenceCount: 1 }).pictures[0]).toBe('REFERENCE2.0');
  });

  it('side by side are one for each view, with one reference', () => {
    expect(plan({ layout: 'SIDE_BY_SIDE', referenceChoice: 'NEAREST' })).toEqual({
      counts: { references: 1, queries: 2, marked: false },
      pictures: ['PAIR2.0', 'PAIR2.1'],
    });
    expect(plan({ layout: 'SIDE_BY_SIDE', preset: 'CLASS' }).pictures).toEqual(['QUERY.0', 'QUERY.1']);
  });

  it('with the preset MARKS have marks without being told', () => {
    expect(plan({ preset: 'MARKS' }).counts.marked).toBe(true);
  });

  it('of a model that compares by itself are all views as they are', () => {
    const settings = { preset: 'NAIVE', marks: 'GRID', evidence: 'OVERLAY', layout: 'SIDE_BY_SIDE' } as const;

    expect(plan({ ...settings, referenceCount: 1 }, { comparesReferences: true }).counts.marked).toBe(false);
    expect(plan({ preset: 'NAIVE' }, { comparesReferences: true }).pictures).toHaveLength(6);
  });
});

describe('windows of time', () => {
  const view = (from: number, to: number, style = 'PLOT') => ({
    geometry: { kind: 'TIME_SERIES', style, axis: 'SECONDS', span: [from, to] as const, panels: [] },
  });

  it('are the plots that show less than the longest, and come back as spans where the model agrees', () => {
    const windows = findWindows([
      view(0, 100),
      view(10, 20),
      view(0, 100),
      view(50, 55),
      view(0, 10, 'SPECTROGRAM'),
    ]);

    expect(windows.map(({ view: at, span }) => [at, ...span])).toEqual([
      [1, 10, 20],
      [3, 50, 55],
    ]);
    expect(
      readTimeRanges(windows, [
        { number: 1, anomalous: false, reason: '' },
        { number: 2, anomalous: true, reason: 'A spike.' },
        { number: 3, anomalous: true, reason: 'There is none such.' },
      ]),
    ).toEqual([{ from: 50, to: 55, axis: 'SECONDS', reason: 'A spike.' }]);
  });

  it('of pictures there are none', () => {
    expect(findWindows([{ geometry: { kind: 'IMAGE', source: size(1, 1) } }])).toEqual([]);
  });
});
