/**
 * Converts in a process of its own: run as a program it serves its parent; imported it only says where it lies, which
 * after bundling nobody else knows.
 */
import { readFile } from 'node:fs/promises';
import type { ConversionAnswer, ConversionRequest } from './protocol.ts';

/** The file to run. */
export const entryUrl = import.meta.url;

if (import.meta.main && process.send !== undefined) await serve();

async function serve(): Promise<void> {
  // The parent decides how long this process lives; when it is gone there is nobody to work for.
  process.on('disconnect', () => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const [{ convert }, { RejectedError }] = await Promise.all([
    import('../convert.ts'),
    import('../rejected-error.ts'),
  ]);

  async function answer({ source, options }: ConversionRequest): Promise<ConversionAnswer> {
    try {
      const bytes = 'path' in source ? await readFile(source.path) : source;
      return { kind: 'CONVERTED', conversion: await convert(bytes, { ...options, ownsBytes: true }) };
    } catch (error) {
      if (error instanceof RejectedError) {
        return { kind: 'REJECTED', code: error.code, message: error.message, details: error.details };
      }
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      return { kind: 'FAILED', message, stack };
    }
  }

  process.on('message', (request: ConversionRequest) => void answer(request).then(send));
  send({ kind: 'READY' });
  // Most files are images, and the next request may be on its way.
  await import('../image/convert-image.ts');
}

function send(answer: ConversionAnswer): void {
  process.send?.(answer);
}
