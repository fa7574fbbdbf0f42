interface Entry<T> {
  readonly key: number;
  readonly order: number;
  readonly value: T;
}

/** A binary heap: the least key first, of equal keys the one that came first. */
export function createHeap<T>() {
  const entries: Entry<T>[] = [];
  let order = 0;

  function isBefore(a: Entry<T> | undefined, b: Entry<T> | undefined): boolean {
    if (a === undefined || b === undefined) return a !== undefined;
    return a.key < b.key || (a.key === b.key && a.order < b.order);
  }

  /** Whether the entries at two places had to change places. */
  function settle(above: number, below: number): boolean {
    const [upper, lower] = [entries[above], entries[below]];
    if (upper === undefined || lower === undefined || !isBefore(lower, upper)) return false;
    entries[above] = lower;
    entries[below] = upper;
    return true;
  }

  return {
    least: (): number | undefined => entries[0]?.key,
    push: (key: number, value: T): void => {
      let child = entries.push({ key, order: order++, value }) - 1;
      while (child > 0 && settle((child - 1) >> 1, child)) child = (child - 1) >> 1;
    },
    pop: (): T | undefined => {
      const [top] = entries;
      const last = entries.pop();
      if (top === undefined || last === undefined || entries.length === 0) return top?.value;
      entries[0] = last;
      for (let parent = 0; ; ) {
        const left = parent * 2 + 1;
        const child = isBefore(entries[left + 1], entries[left]) ? left + 1 : left;
        if (!settle(parent, child)) return top.value;
        parent = child;
      }
    },
  };
}
