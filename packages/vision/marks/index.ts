export { drawMarks, type Mark, type MarkedPicture, type MarkOptions } from './draw-marks.ts';
export { packRuns, type RunLengths, unpackRuns } from './run-lengths.ts';
export { segmentView } from './segment-view.ts';
export { NO_REGION, type Segmentation, segmentGrid } from './segmentation.ts';
export { type RgbPicture, type SuperpixelOptions, segmentSuperpixels } from './superpixels.ts';
