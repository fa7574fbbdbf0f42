import { describe, expect, it } from 'vitest';
import { boxPeaks } from './regions.ts';

function drawMap(rows: readonly string[]) {
  const width = rows[0]?.length ?? 0;
  return { width, height: rows.length, data: Float32Array.from(rows.join(''), Number) };
}

describe('boxPeaks', () => {
  it('boxes what is joined to each peak, strongest first', () => {
    const map = drawMap(['0000000000', '0980000000', '0870000040', '0000000055', '0000000000', '0000000000']);
    expect(boxPeaks(map, 1, 5)).toEqual([
      { left: 1, top: 1, right: 2, bottom: 2, peak: 11 },
      { left: 8, top: 2, right: 9, bottom: 3, peak: 38 },
    ]);
  });

  it('does not count a bump on the slope of a stronger place', () => {
    const map = drawMap(['000000000', '098777890', '000000000']);
    expect(boxPeaks(map, 1, 5)).toHaveLength(1);
    const slope = drawMap(['0000000000', '0987666700', '0000000000']);
    expect(boxPeaks(slope, 1, 5)).toHaveLength(1);
  });

  it('keeps boxes apart: a weaker one that would touch shrinks or goes', () => {
    const map = drawMap(['9999999990', '9000000090', '9000500090', '9000000090', '9999999990']);
    expect(boxPeaks(map, 1, 5)).toEqual([{ left: 0, top: 0, right: 8, bottom: 4, peak: 0 }]);
  });

  it('leaves out what is below the floor and gives no more than asked for', () => {
    const map = drawMap(['90000800070006', '00000000000000']);
    expect(boxPeaks(map, 7, 9)).toHaveLength(3);
    expect(boxPeaks(map, 1, 2)).toHaveLength(2);
    expect(boxPeaks(drawMap(['000', '000']), 0.5, 5)).toEqual([]);
  });
});
