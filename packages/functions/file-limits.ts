import { type ExceededLimit, type FileLimitSources, findFileLimit } from '@loupe/core/usage';
import { DEFAULT_LIMITS, type Limits, type RejectionDetails } from '@loupe/vision';

/** What plans and profiles call each limit of a conversion; the others only the service sets. */
const SETTABLE = {
  maxBytes: 'bytes',
  maxChannels: 'channels',
  maxFramePixels: 'pixels',
  maxFrames: 'frames',
  maxHeicPixels: 'pixels',
  maxPixels: 'pixels',
  maxPoints: 'points',
  maxRows: 'rows',
  maxVideoSeconds: 'seconds',
} as const satisfies Partial<Record<keyof Limits, string>>;

const OF_SERVICE = {
  maxDecoderBytes: 'decoderBytes',
  maxLongSidePx: 'longSidePx',
  maxSeconds: 'decodeSeconds',
  maxUnpackedBytes: 'unpackedBytes',
  maxValues: 'values',
  maxVoxels: 'voxels',
} as const satisfies Record<Exclude<keyof Limits, keyof typeof SETTABLE>, string>;

/** Of the conversion's process, by the facts of its refusals. */
const OF_PROCESS = { memoryMb: 'memoryMb', timeoutMs: 'timeoutMs' } as const;

/** Those of the service that no plan raises. */
const HELD = ['maxHeicPixels', 'maxFramePixels'] as const satisfies readonly (keyof Limits)[];

/** The limits of a sample's conversion. */
export function describeLimits(sources: FileLimitSources = {}): Partial<Limits> {
  const limits = Object.fromEntries(
    Object.entries(SETTABLE).map(([key, name]) => [key, findFileLimit(sources, name).value]),
  ) as Record<keyof typeof SETTABLE, number>;
  for (const key of HELD) limits[key] = Math.min(limits[key], DEFAULT_LIMITS[key]);
  return limits;
}

/** Which limit a rejection is about, by the facts that came with it. */
export function findExceeded(
  details: RejectionDetails,
  sources: FileLimitSources = {},
): ExceededLimit | undefined {
  const known = { ...SETTABLE, ...OF_SERVICE, ...OF_PROCESS };
  for (const [key, name] of Object.entries(known)) {
    const value = details[key];
    if (typeof value !== 'number') continue;
    const settable =
      key in SETTABLE ? findFileLimit(sources, SETTABLE[key as keyof typeof SETTABLE]) : undefined;
    return { name, value, setBy: settable?.value === value ? settable.setBy : 'SERVICE' };
  }
  return undefined;
}
