import { AV_PIX_FMT_GRAY8 } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { differ, THUMBNAIL } from '../choose/thumbnail.ts';
import type { Decoder, Skip } from './decoder.ts';
import type { MeasureRequest } from './protocol.ts';
import { createScaler } from './scale-frame.ts';
import type { StreamIndex } from './stream-index.ts';

const SKIP: Readonly<Record<MeasureRequest['skip'], Skip>> = {
  NOTHING: 'default',
  NON_REFERENCE: 'noref',
  NON_KEY: 'nokey',
};

/** How much each frame differs from the last one decoded before it; NaN for those that are skipped. */
export function measureChanges(
  decoder: Decoder,
  { packets, pts }: StreamIndex,
  { skip }: MeasureRequest,
): Float32Array {
  const changes = new Float32Array(pts.length).fill(Number.NaN);
  const scale = createScaler(THUMBNAIL, AV_PIX_FMT_GRAY8, 'AREA');
  const byTime = new Map(pts.map((time, index) => [time, index]));
  let previous: Uint8Array | undefined;
  const receive = (frame: Frame) => {
    const index = byTime.get(Number(frame.bestEffortTimestamp));
    if (index === undefined) return;
    const thumbnail = Uint8Array.from(scale(frame));
    changes[index] = previous === undefined ? 0 : differ(previous, thumbnail);
    previous = thumbnail;
  };
  decoder.skipSmoothing(true);
  for (const packet of packets) decoder.decode(packet, SKIP[skip], receive);
  decoder.finish(receive);
  decoder.skipSmoothing(false);
  return changes;
}
