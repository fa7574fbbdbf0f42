import { Stream } from 'node:stream';

/** What the engine reads rows from: `data` events, one `end`, and `destroy` once it has enough. */
export interface RowStream extends Stream {
  destroy(): void;
}

/**
 * Emits rows until they end or the stream is destroyed. What a listener throws goes to `fail`: from a real
 * `Readable` it would escape as an uncaught exception. It is a bare `Stream` because the engine would hear every
 * row of any other emitter twice.
 */
export function emitRows(rows: AsyncGenerator<unknown>, fail: (error: unknown) => void): RowStream {
  let isDestroyed = false;
  const stream = Object.assign(new Stream(), {
    destroy() {
      isDestroyed = true;
    },
  });

  async function emit(): Promise<void> {
    for await (const row of rows) {
      stream.emit('data', row);
      if (isDestroyed) return;
    }
    stream.emit('end');
  }

  emit().catch(fail);
  return stream;
}
