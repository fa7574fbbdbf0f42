export { detectAnomalies } from './detect.ts';
export type { Comparing, Detection } from './detection.ts';
export { type OverlayOptions, renderOverlay } from './overlay.ts';
export type { Region } from './regions.ts';
export type { DecodedImage } from './working-image.ts';
