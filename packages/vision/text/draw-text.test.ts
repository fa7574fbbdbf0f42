import { describe, expect, it } from 'vitest';
import { drawIndexedText, drawText, type IndexedRaster, measureText, TEXT_SIZES_PX } from './index.ts';

const RAMP = Uint8Array.from({ length: 16 }, (_, i) => i);

function makeRaster(widthPx: number, heightPx: number): IndexedRaster {
  return { data: new Uint8Array(widthPx * heightPx), widthPx, heightPx };
}

/** Smallest and largest row and column with ink. */
function findInk({ data, widthPx }: IndexedRaster) {
  const pixels = Array.from(data.keys()).filter((i) => data[i] !== 0);
  const columns = pixels.map((i) => i % widthPx);
  const rows = pixels.map((i) => Math.floor(i / widthPx));
  return {
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
  };
}

describe('drawText', () => {
  it('puts a capital on the baseline with its cap height of 0.729 em', () => {
    for (const sizePx of TEXT_SIZES_PX) {
      const raster = makeRaster(40, 40);
      drawIndexedText(raster, 'H', { x: 10, y: 30, sizePx }, RAMP);
      const { top, bottom } = findInk(raster);
      expect(bottom).toBe(29);
      expect(bottom - top + 1).toBe(Math.round(0.729 * sizePx));
    }
  });

  it('measures digits alike: 0.636 em each', () => {
    for (const sizePx of TEXT_SIZES_PX) {
      for (const digit of '0123456789') {
        expect(measureText(digit, sizePx).width).toBe(Math.round(0.636 * sizePx));
      }
      expect(measureText('12:30', sizePx).width).toBe(
        4 * measureText('0', sizePx).width + measureText(':', sizePx).width,
      );
    }
  });

  it('writes upwards what it writes to the right, turned', () => {
    const level = makeRaster(60, 60);
    const turned = makeRaster(60, 60);
    drawIndexedText(level, 'Fg7', { x: 5, y: 30, sizePx: 18 }, RAMP);
    drawIndexedText(turned, 'Fg7', { x: 30, y: 55, sizePx: 18, vertical: true }, RAMP);
    for (let y = 0; y < 60; y++) {
      for (let x = 0; x < 60; x++) expect(turned.data[(59 - x) * 60 + y]).toBe(level.data[y * 60 + x]);
    }
  });

  it('aligns by the start, the middle and the end', () => {
    const { width } = measureText('−12.5 °C', 14);
    const [start, middle, end] = (['START', 'MIDDLE', 'END'] as const).map((align) => {
      const raster = makeRaster(300, 20);
      drawIndexedText(raster, '−12.5 °C', { x: 150, y: 15, sizePx: 14, align }, RAMP);
      return findInk(raster).left;
    });
    expect((start ?? 0) - (end ?? 0)).toBe(width);
    expect((start ?? 0) - (middle ?? 0)).toBe(Math.round(width / 2));
  });

  it('leaves out ink beyond the edges and never wraps it around', () => {
    const raster = makeRaster(10, 10);
    drawIndexedText(raster, 'WWWW', { x: -20, y: 14, sizePx: 24 }, RAMP);
    drawIndexedText(raster, 'WWWW', { x: 9, y: 60, sizePx: 24 }, RAMP);
    const only = makeRaster(40, 40);
    drawIndexedText(only, 'WWWW', { x: 0, y: 24, sizePx: 24 }, RAMP);
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 10; x++) expect(raster.data[y * 10 + x]).toBe(only.data[(y + 10) * 40 + x + 20]);
    }
  });

  it('draws a box for a character that it lacks, and joins accents to their letters', () => {
    const draw = (text: string) => {
      const raster = makeRaster(30, 30);
      drawIndexedText(raster, text, { x: 2, y: 24, sizePx: 18 }, RAMP);
      return raster.data;
    };
    expect(draw('温')).toEqual(draw('□'));
    expect(draw('u\u0308')).toEqual(draw('ü'));
  });

  it('mixes the colour with what is below, and covers transparent pixels', () => {
    const raster = { data: new Uint8Array(20 * 20 * 4), widthPx: 20, heightPx: 20, channels: 4 as const };
    drawText(raster, 'I', { x: 5, y: 18, sizePx: 24 }, [200, 100, 50]);
    const solid = raster.data.findIndex((value, i) => i % 4 === 3 && value === 255) - 3;
    expect([...raster.data.subarray(solid, solid + 4)]).toEqual([200, 100, 50, 255]);
  });
});
