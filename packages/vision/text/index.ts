export {
  type ColourRaster,
  drawIndexedText,
  drawText,
  type IndexedRaster,
  measureText,
  type TextPlace,
} from './draw-text.ts';
export { TEXT_SIZES_PX, type TextSizePx } from './font.ts';
