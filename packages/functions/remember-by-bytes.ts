/** Gives what was made of pictures before, or makes it. A failure is not kept. */
export type Remember<T> = (
  pictures: readonly [Uint8Array, ...Uint8Array[]],
  /** What tells apart different things that are made of the same pictures. */
  how: string,
  make: () => Promise<T>,
) => Promise<T>;

interface Kept<T> {
  readonly how: string;
  readonly others: readonly WeakRef<Uint8Array>[];
  readonly made: Promise<T>;
}

/**
 * Remembers what was made of pictures, told apart by their arrays, not by their bytes: reading a picture again makes it anew.
 * Forgotten with the array of the first picture.
 */
export function rememberByBytes<T>(): Remember<T> {
  const kept = new WeakMap<Uint8Array, Kept<T>[]>();
  return ([first, ...others], how, make) => {
    const known = (kept.get(first) ?? []).filter(({ others: refs }) => refs.every((ref) => ref.deref()));
    const same = known.find(
      (one) =>
        one.how === how &&
        one.others.length === others.length &&
        one.others.every((ref, i) => ref.deref() === others[i]),
    );
    if (same) return same.made;
    const made = make();
    const entry = { how, others: others.map((bytes) => new WeakRef(bytes)), made };
    kept.set(first, [...known, entry]);
    made.catch(() => {
      const left = kept.get(first)?.filter((one) => one !== entry);
      if (left) kept.set(first, left);
    });
    return made;
  };
}
