export { detectAnomalies } from './detect.ts';
export { detectInCloud } from './detect-in-cloud.ts';
export { detectInSeries, type SeriesDetection } from './detect-in-series.ts';
export type { Comparing, Detection } from './detection.ts';
export { type OverlayOptions, renderOverlay } from './overlay.ts';
export type { Region } from './regions.ts';
export type { DecodedImage } from './working-image.ts';
