/**
 * At most `count` frames between `first` and `end`, so that as much moves between one and the next everywhere. What
 * half of the frames stay below is taken for noise of the sensor. Where nothing moves the frames are evenly spaced.
 * @param changes as `FrameSource.measureChanges` gives them
 */
export function chooseByMotion(
  changes: Float32Array,
  [first, end]: readonly [number, number],
  count: number,
): number[] {
  const looked = [...changes.subarray(first, end)]
    .map((change, i) => ({ index: first + i, change }))
    .filter(({ change }) => !Number.isNaN(change));
  const noise = looked.map(({ change }) => change).sort((a, b) => a - b)[looked.length >> 1] ?? 0;
  const motions = looked.map(({ change }) => Math.max(0, change - noise));
  const total = motions.reduce((sum, motion) => sum + motion, 0);
  if (total === 0) return spread(looked.length, count).map((i) => looked[i]?.index ?? first);
  const chosen = new Set<number>();
  let sum = 0;
  for (const [i, { index }] of looked.entries()) {
    sum += motions[i] ?? 0;
    // The middles of equal parts, as with time.
    if (sum > ((chosen.size + 0.5) / count) * total) chosen.add(index);
  }
  return [...chosen];
}

function spread(length: number, count: number): number[] {
  return [...new Set(Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) / count) * length)))];
}
