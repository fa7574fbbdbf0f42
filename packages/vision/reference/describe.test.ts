import { describe, expect, it } from 'vitest';
import { describeFindings, nameChange, namePlace } from './describe.ts';

const REGION = { x: 40, y: 300, width: 60, height: 40, score: 0.834 };

describe('describeFindings', () => {
  it('names where, how and how strongly a view differs', () => {
    const text = describeFindings({
      comparing: 'ALIGNED',
      widthPx: 400,
      heightPx: 400,
      score: 0.834,
      regions: [REGION, { x: 180, y: 190, width: 20, height: 20, score: 0.6 }],
      changes: ['missing dark structure', 'brighter than expected'],
      registration: { rotationDegrees: 1.21, quality: 0.953, misfit: 1 },
    });
    expect(text).toBe(
      'Differs from the reference at the lower left (x 40–100, y 300–340): missing dark structure; strength 0.83. ' +
        'Also at the centre (x 180–200, y 190–210; brighter than expected; 0.60). ' +
        'The view was registered to the reference (correlation 0.95, turned by 1.2°) and compared place by place.',
    );
  });

  it('says so when nothing differs', () => {
    const text = describeFindings({
      comparing: 'ALIGNED',
      widthPx: 400,
      heightPx: 400,
      score: 0.2,
      regions: [],
      changes: [],
      registration: { rotationDegrees: 0, quality: 0.99, misfit: 1 },
    });
    expect(text).toMatch(/^No place differs from the reference beyond what is usual; score 0\.20\./);
  });

  it('warns that a picture compared with itself is weak evidence', () => {
    const text = describeFindings({
      comparing: 'ALONE',
      widthPx: 400,
      heightPx: 400,
      score: 0.834,
      regions: [REGION],
      changes: ['extra structure'],
    });
    expect(text).toContain('Differs from the rest of the picture');
    expect(text).toContain('weak evidence');
  });
});

describe('namePlace', () => {
  it.each([
    [0, 0, 'upper left'],
    [150, 10, 'upper middle'],
    [350, 150, 'right middle'],
    [150, 150, 'centre'],
    [340, 340, 'lower right'],
  ])('calls (%i, %i) of 400 × 400 the %s', (x, y, name) => {
    expect(namePlace({ x, y, width: 40, height: 40, score: 1 }, 400, 400)).toBe(name);
  });
});

describe('nameChange', () => {
  const box = { left: 0, top: 0, right: 0, bottom: 0, peak: 0 };
  it.each([
    [[-20, 0, 0, 0.3], 'extra dark structure'],
    [[20, 0, 0, -0.3], 'missing dark structure'],
    [[12, 0, 0, 0], 'brighter than expected'],
    [[0, 15, 0, 0], 'another colour, redder'],
    [[0, 0, 0, 0.3], 'extra structure'],
    [[0, 0, 0, 0], 'different structure'],
  ])('names a change of %j', (change, name) => {
    expect(nameChange(Float32Array.from(change), 1, box, Float32Array.of(1))).toBe(name);
  });
});
