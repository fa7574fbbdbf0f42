/**
 * Loaded into the local cloud before everything else (`node --import`) by `soak.ts`: writes what its heaps hold to the
 * file named in this module's own address, one line of JSON every few seconds.
 */
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, type Worker } from 'node:worker_threads';

const EVERY_MS = 5000;

/** Bytes. */
export interface HeapSample {
  /** JavaScript heap and buffers of the main thread, after a full collection: what the services keep. */
  readonly main: number;
  /** JavaScript heaps of the functions' workers, with what they would collect. */
  readonly workers: number;
  readonly workerCount: number;
}

const file = new URL(import.meta.url).searchParams.get('file');
// Workers and child processes of the cloud load this too.
if (file !== null && isMainThread && process.argv[1]?.endsWith('main.ts')) watch(file);

function watch(target: string): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const workers = new Set<Worker>();
  process.on('worker', (worker) => {
    workers.add(worker);
    worker.on('exit', () => workers.delete(worker));
  });
  const timer = setInterval(async () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const used = await Promise.all([...workers].map(measureHeap));
    const sample: HeapSample = {
      main: heapUsed + external,
      workers: used.reduce((sum, bytes) => sum + bytes, 0),
      workerCount: workers.size,
    };
    appendFileSync(target, `${JSON.stringify(sample)}\n`);
  }, EVERY_MS);
  timer.unref();
}

/** A worker that ends meanwhile has no heap any more. */
async function measureHeap(worker: Worker): Promise<number> {
  const statistics = await worker.getHeapStatistics().catch(() => undefined);
  return statistics?.used_heap_size ?? 0;
}
