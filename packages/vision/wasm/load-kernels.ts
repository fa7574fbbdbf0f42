/** Compiled functions and the memory they work in. Addresses are byte offsets into it, multiples of 16. */
export interface Kernels<Functions> {
  readonly run: Functions;
  /** Reserves `bytes` bytes, grown as needed. They hold zeros only when never reserved before. */
  readonly reserve: (bytes: number) => number;
  /** The place from which `reserve` will take next. */
  readonly mark: () => number;
  /** Gives back everything reserved since `mark` returned this; 0 stands for everything. The memory keeps its size. */
  readonly release: (mark: number) => void;
  /** Bytes of memory. */
  readonly size: () => number;
  /** Views of the memory. A later `reserve` may detach them: take them afresh after it. */
  readonly floats: (address: number, count: number) => Float32Array<ArrayBuffer>;
  readonly words: (address: number, count: number) => Uint32Array<ArrayBuffer>;
  readonly bytes: (address: number, count: number) => Uint8Array<ArrayBuffer>;
}

const PAGE_BYTES = 65_536;
/** A WebAssembly memory of 32-bit addresses can't be larger. */
const MAX_PAGES = 65_536;
/** Where reserving starts: below lie the module's own constants. */
const FIRST_ADDRESS = 8192;

const modules = new Map<string, WebAssembly.Module>();

/**
 * A fresh instance of a compiled module (`moduleBase64` of a file in `generated/`) with a memory of its own, which is
 * freed with it. Compiling happens once; an instance takes some tenths of a millisecond.
 */
export function loadKernels<Functions>(moduleBase64: string): Kernels<Functions> {
  let compiled = modules.get(moduleBase64);
  if (compiled === undefined) {
    compiled = new WebAssembly.Module(Buffer.from(moduleBase64, 'base64'));
    modules.set(moduleBase64, compiled);
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  let next = FIRST_ADDRESS;
  return {
    run: exports as Functions,
    reserve: (bytes) => {
      const address = next;
      next += Math.ceil(bytes / 16) * 16;
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return address;
    },
    mark: () => next,
    release: (mark) => {
      next = Math.max(mark, FIRST_ADDRESS);
    },
    size: () => memory.buffer.byteLength,
    floats: (address, count) => new Float32Array(memory.buffer, address, count),
    words: (address, count) => new Uint32Array(memory.buffer, address, count),
    bytes: (address, count) => new Uint8Array(memory.buffer, address, count),
  };
}
