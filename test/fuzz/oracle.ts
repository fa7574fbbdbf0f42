import {
  type Conversion,
  type ConvertOptions,
  REJECTIONS,
  RejectedError,
} from '../../packages/vision/index.ts';
import type { Converter } from '../../packages/vision/worker/index.ts';

/** Small views and low limits: a file may not cost more than it could be worth. */
const OPTIONS: ConvertOptions = {
  longSidePx: 256,
  limits: {
    maxPixels: 2_000_000,
    maxHeicPixels: 1_000_000,
    maxVoxels: 4_000_000,
    maxPoints: 200_000,
    maxValues: 2_000_000,
    maxUnpackedBytes: 16_000_000,
    maxSeconds: 10,
  },
  pointCloud: {
    sidePx: 128,
    views: [
      { camera: 'isometric', style: 'HILLSHADE' },
      { camera: 'widest', style: 'DEPTH' },
    ],
  },
  timeSeries: { zooms: 0 },
  volume: { slices: 1 },
};

const PROCESS_LIMITS = { memoryMb: 600, timeoutMs: 30_000 };

/** What came of an input: `CONVERTED`, or the code it was refused with. */
export type Outcome = 'CONVERTED' | keyof typeof REJECTIONS;

/** A wrong outcome: a crash, a hang, too much memory, an error that is no refusal, or views that cannot be right. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** @throws Finding */
export async function judgeInput(
  converter: Converter,
  bytes: Uint8Array,
  declaredMediaType?: string,
): Promise<Outcome> {
  const conversion = await tryConvert(converter, bytes, declaredMediaType);
  if (typeof conversion === 'string') return conversion;
  const fault = findFault(conversion);
  if (fault !== undefined) throw new Finding(`converted, but ${fault}`);
  return 'CONVERTED';
}

async function tryConvert(
  converter: Converter,
  bytes: Uint8Array,
  declaredMediaType: string | undefined,
): Promise<Conversion | keyof typeof REJECTIONS> {
  try {
    return await converter.convert(bytes, { ...OPTIONS, declaredMediaType }, PROCESS_LIMITS);
  } catch (error) {
    if (!(error instanceof RejectedError)) {
      const { message, cause } = error instanceof Error ? error : new Error(String(error));
      throw new Finding(`an error that is no refusal: ${message}\n${String(cause)}`);
    }
    if (error.code.startsWith('CONVERSION_')) {
      throw new Finding(`${error.code} ${JSON.stringify(error.details)}`);
    }
    if (!Object.hasOwn(REJECTIONS, error.code)) throw new Finding(`a code that is not known: ${error.code}`);
    if (!/[.!]$/.test(error.message)) throw new Finding(`a message that is no sentence: ${error.message}`);
    return error.code;
  }
}

/** What no conversion may give, whatever the file. */
function findFault({ views }: Conversion): string | undefined {
  if (views.length === 0) return 'without views';
  for (const { bytes, widthPx, heightPx, geometry } of views) {
    if (bytes.length === 0 || widthPx < 1 || heightPx < 1) return `with a view of ${widthPx} × ${heightPx}`;
    const wrong = findNumber(geometry, (value) => !Number.isFinite(value));
    if (wrong !== undefined) return `with a geometry that holds ${wrong}: ${JSON.stringify(geometry)}`;
  }
  return undefined;
}

function findNumber(value: unknown, isWanted: (value: number) => boolean): number | undefined {
  if (typeof value === 'number') return isWanted(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const part of Object.values(value)) {
    const found = findNumber(part, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
