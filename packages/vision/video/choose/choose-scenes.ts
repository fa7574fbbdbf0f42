/** A frame begins a scene when it differs by this much from the one before, and that is new: FFmpeg's usual threshold. */
const CUT = 0.3;
/** Part of a difference of the luminance, 0..1, that counts as a whole cut. */
const SCALE = 100 / 255;

/**
 * Numbers of the frames with which scenes begin, by the measure of FFmpeg's `select` filter (scene): the smaller of a
 * frame's difference and of its growth, so that steady motion is no cut.
 * @param changes as `FrameSource.measureChanges` gives them
 */
export function findCuts(changes: Float32Array): { readonly index: number; readonly strength: number }[] {
  const cuts: { index: number; strength: number }[] = [];
  let previous = 0;
  for (const [index, change] of changes.entries()) {
    if (Number.isNaN(change)) continue;
    const strength = Math.min(change, Math.abs(change - previous)) / SCALE;
    if (strength >= CUT) cuts.push({ index, strength });
    previous = change;
  }
  return cuts;
}

/**
 * At most `count` frames between `first` and `end`: the beginnings of scenes, the strongest cuts if there are more.
 * What is left is spent by halving the longest stretch between chosen frames again and again.
 */
export function chooseScenes(
  changes: Float32Array,
  [first, end]: readonly [number, number],
  count: number,
): number[] {
  const cuts = findCuts(changes)
    .filter(({ index }) => index > first && index < end)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, count - 1)
    .map(({ index }) => index);
  const chosen = [first, ...cuts].sort((a, b) => a - b);
  const most = Math.min(count, end - first);
  while (chosen.length < most) {
    const stretches = chosen.map((index, i) => (chosen[i + 1] ?? end) - index);
    const longest = stretches.indexOf(Math.max(...stretches));
    const from = chosen[longest] ?? first;
    chosen.splice(longest + 1, 0, from + ((stretches[longest] ?? 0) >> 1));
  }
  return chosen;
}
