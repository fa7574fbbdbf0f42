import { moduleBase64 } from '../../wasm/generated/time-series.ts';
import { loadKernels } from '../../wasm/index.ts';
import type { Values } from '../series.ts';

interface ExtremesKernels {
  readonly findExtremes64: (at: number, count: number, result: number) => void;
  readonly findExtremes32: (at: number, count: number, result: number) => void;
}

/** Copied at a time: small enough to stay in the cache between the copy and the search. */
const CHUNK_BYTES = 65_536;

/** Least and greatest of `values` from row `from` to `end` (not included); infinite the wrong way round when none. */
export type FindRange = (values: Values, from: number, end: number) => readonly [number, number];

let known: FindRange | undefined;

/** Loads the kernel on first use. It works at the speed of memory: one pass to copy, one in the cache. */
export function loadFindRange(): FindRange {
  known ??= makeFindRange();
  return known;
}

function makeFindRange(): FindRange {
  const { run, reserve, bytes } = loadKernels<ExtremesKernels>(moduleBase64);
  const buffer = reserve(CHUNK_BYTES);
  const result = reserve(16);
  const memory = bytes(buffer, CHUNK_BYTES).buffer;
  const doubles = new Float64Array(memory, buffer, CHUNK_BYTES / 8);
  const singles = new Float32Array(memory, buffer, CHUNK_BYTES / 4);
  const found = new Float64Array(memory, result, 2);
  return (values, from, end) => {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    const most = CHUNK_BYTES / values.BYTES_PER_ELEMENT;
    for (let at = from; at < end; at += most) {
      const count = Math.min(most, end - at);
      if (values instanceof Float64Array) {
        doubles.set(values.subarray(at, at + count));
        run.findExtremes64(buffer, count, result);
      } else {
        singles.set(values.subarray(at, at + count));
        run.findExtremes32(buffer, count, result);
      }
      least = Math.min(least, found[0] as number);
      greatest = Math.max(greatest, found[1] as number);
    }
    return [least, greatest];
  };
}
