/** Reads in order, with at most `ahead` readings under way. */
export async function* readAhead<T, R>(
  items: readonly T[],
  ahead: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  let next = 0;
  const begin = () => {
    const item = items[next++] as T;
    const reading = read(item);
    // Whether it fails is asked when its turn comes.
    reading.catch(() => undefined);
    begun.push(reading);
  };
  while (next < Math.min(ahead, items.length)) begin();
  for (let reading = begun.shift(); reading; reading = begun.shift()) {
    const result = await reading;
    if (next < items.length) begin();
    yield result;
  }
}
