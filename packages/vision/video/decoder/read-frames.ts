import { AV_PIX_FMT_RGB24 } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { type Decoder, isDamaged, type Skip } from './decoder.ts';
import type { ReadRequest } from './protocol.ts';
import { createFlattener, createScaler } from './scale-frame.ts';
import type { StreamIndex } from './stream-index.ts';

/**
 * Decodes the frames asked for, once through each group of pictures that holds any: from its key frame to the last one
 * wanted. Frames that are damaged, or lean on damaged ones, are left out.
 * @param codec what may be left out between: frames that no other leans on, where the codec marks them reliably; and whether
 * its frames have transparency
 */
export function readFrames(
  decoder: Decoder,
  { packets, pts, position, entry }: StreamIndex,
  { indexes, ...size }: ReadRequest,
  codec: { readonly skip: Skip; readonly mayBeTransparent: boolean },
  take: (index: number, pixels: Uint8Array) => void,
): void {
  const scale = codec.mayBeTransparent
    ? createFlattener(size)
    : createScaler(size, AV_PIX_FMT_RGB24, 'BICUBIC');
  const wanted = [...new Set(indexes)].filter((index) => index in position);
  for (const group of Map.groupBy(wanted, (index) => entry[index] ?? 0)) {
    const [start, members] = group;
    const byTime = new Map(members.map((index) => [pts[index], index]));
    const positions = new Set(members.map((index) => position[index] ?? 0));
    const last = Math.max(...positions);
    let broken = false;
    const receive = (frame: Frame) => {
      broken ||= isDamaged(frame);
      const index = byTime.get(Number(frame.bestEffortTimestamp));
      if (index === undefined || broken) return;
      byTime.delete(pts[index]);
      take(index, scale(frame));
    };
    for (let at = start; at <= last; at++) {
      const packet = packets[at];
      if (packet === undefined) continue;
      if (!decoder.decode(packet, positions.has(at) ? 'default' : codec.skip, receive)) broken = true;
    }
    decoder.finish(receive);
  }
}
