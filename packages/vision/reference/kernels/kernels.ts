import { moduleBase64 } from '../../wasm/generated/descriptors.ts';
import { type Kernels, loadKernels } from '../../wasm/index.ts';

type Numbers<Count extends number, Found extends number[] = []> = Found['length'] extends Count
  ? Found
  : Numbers<Count, [...Found, number]>;

/** The functions of wasm/assembly/descriptors.as, where their arguments are described; all are numbers. */
interface DescriptorFunctions {
  readonly poolColumns: (...numbers: Numbers<10>) => void;
  readonly poolRows: (...numbers: Numbers<11>) => void;
  readonly meanRows: (...numbers: Numbers<5>) => void;
  readonly meanColumns: (...numbers: Numbers<6>) => void;
  readonly squareDifferences: (...numbers: Numbers<4>) => void;
  readonly divideByDeviation: (...numbers: Numbers<6>) => void;
  readonly splitGradients: (...numbers: Numbers<4>) => void;
  readonly halve: (...numbers: Numbers<4>) => void;
  readonly multiplyLower: (...numbers: Numbers<5>) => void;
  readonly searchWindow: (...numbers: Numbers<9>) => void;
  readonly searchBank: (...numbers: Numbers<7>) => void;
  readonly measureRarity: (...numbers: Numbers<8>) => void;
}

interface DescriptorKernels extends Kernels<DescriptorFunctions> {
  /** Reserves room for the values, with 16 bytes after them that may be read, and copies them there. */
  readonly load: (values: Float32Array | Uint32Array) => number;
}

let kept: DescriptorKernels | undefined;

/** The kernels; their memory serves one call at a time, which releases to its mark what it reserved. */
export function takeKernels(): DescriptorKernels {
  if (kept === undefined) {
    const kernels = loadKernels<DescriptorFunctions>(moduleBase64);
    kept = {
      ...kernels,
      load: (values) => {
        const address = kernels.reserve(values.byteLength + 16);
        if (values instanceof Float32Array) kernels.floats(address, values.length).set(values);
        else kernels.words(address, values.length).set(values);
        return address;
      },
    };
  }
  return kept;
}
