/** Stands in for a conversion process: the first byte of a file says how it behaves. */
import type { ConversionAnswer, ConversionRequest } from '../protocol.ts';

export const behaviours = [
  'ANSWER',
  'HANG',
  'ABORT',
  'EXIT',
  'FILL_MEMORY',
  'FILL_HEAP',
  'SEGFAULT',
] as const;

// biome-ignore lint/style/noProcessEnv: what it sees is what a test asks
const environment = Object.keys(process.env);
const entered = new Set<number>();

if (import.meta.main) {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ source }: ConversionRequest) => behave('path' in source ? 0 : (source[0] ?? 0)));
  send({ kind: 'READY' });
}

function behave(behaviour: number): void {
  switch (behaviours[behaviour]) {
    case 'HANG':
      for (;;) entered.add(behaviour);
    case 'ABORT':
      process.abort();
      break;
    case 'EXIT':
      process.exit(7);
      break;
    case 'FILL_MEMORY': {
      const held: Uint8Array[] = [];
      for (;;) held.push(new Uint8Array(16 * 2 ** 20).fill(1));
    }
    case 'FILL_HEAP': {
      const held: object[] = [];
      for (;;) held.push({ at: held.length });
    }
    case 'SEGFAULT':
      process.kill(process.pid, 'SIGSEGV');
      break;
    default:
      send({
        kind: 'CONVERTED',
        conversion: { mediaType: 'image/png', modality: 'IMAGE', views: [], notes: environment },
      });
  }
}

function send(answer: ConversionAnswer): void {
  process.send?.(answer);
}
