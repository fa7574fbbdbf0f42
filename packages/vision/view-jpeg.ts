/**
 * How views are written as JPEG. Full chroma: a stain or a scorch is often a matter of colour alone. The usual Huffman tables: those
 * made for each picture save two bytes of a hundred, take a fifth of the time and hold all coefficients, 6 bytes a pixel, in memory.
 */
export const VIEW_JPEG = { quality: 90, chromaSubsampling: '4:4:4', optimiseCoding: false } as const;
