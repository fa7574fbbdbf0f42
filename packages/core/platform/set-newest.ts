/** Sets an entry of a map that holds `most` at the most: the oldest go first, by the order of insertion that a map keeps. */
export function setNewest<Key, Value>(entries: Map<Key, Value>, key: Key, value: Value, most: number): void {
  entries.delete(key);
  for (const [oldest] of entries) {
    if (entries.size < most) break;
    entries.delete(oldest);
  }
  entries.set(key, value);
}
