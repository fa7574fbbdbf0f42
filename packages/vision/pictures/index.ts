export { type CropPair, cropPairs } from './crop-pairs.ts';
export { type MarkedPicture, type MarkSource, markPicture } from './mark-picture.ts';
export type { Picture } from './picture.ts';
export { placeBeside } from './place-beside.ts';
export { rankReferences } from './rank-references.ts';
export { readMask } from './read-mask.ts';
export { resizePicture } from './resize-picture.ts';
export type { SourcedPicture } from './source-crop.ts';
export { measureDistance, summarisePicture } from './summarise-picture.ts';
