/** Size at which frames are compared. */
export const THUMBNAIL = { widthPx: 64, heightPx: 36 } as const;

/** Mean difference of two grey pictures of the same size, 0..1. */
export function differ(before: Uint8Array, after: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < after.length; i++) sum += Math.abs((after[i] ?? 0) - (before[i] ?? 0));
  return sum / after.length / 255;
}
