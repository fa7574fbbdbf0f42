import {
  AV_CODEC_ID_APNG,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_CORRUPT,
  AV_PKT_FLAG_DISCARD,
  AVERROR_EOF,
} from 'node-av/constants';
import { type FormatContext, Packet, type Stream } from 'node-av/lib';
import { RejectedError } from '../../rejected-error.ts';
import type { DecoderLimits } from './protocol.ts';

/** All packets of a video stream, in the order of decoding, and which frames they show when. */
export interface StreamIndex {
  readonly packets: readonly Packet[];
  /** Timestamps of the shown frames, ascending, in units of the stream. */
  readonly pts: readonly number[];
  /** Position of each shown frame's packet. */
  readonly position: Uint32Array;
  /** Position of the key frame from which each shown frame is decoded. */
  readonly entry: Uint32Array;
  /** Timestamp at which the last frame ends. */
  readonly endPts: number;
  /** The file ended or broke before its index did. */
  readonly isCut: boolean;
  /** Some frames had no time of their own. */
  readonly isTimeGuessed: boolean;
}

/** Codecs all of whose packets are called key frames, though each is drawn over what the ones before it left. */
const UNMARKED: ReadonlySet<number> = new Set([AV_CODEC_ID_APNG]);

interface Entry {
  readonly packet: Packet;
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly duration: number;
  readonly isKey: boolean;
  readonly isShown: boolean;
}

/**
 * Reads the container to its end without decoding anything. Packets are kept: they are the file's own bytes, so they
 * take no more memory than the file, and nothing has to be searched for again.
 * @throws RejectedError TOO_MANY_FRAMES
 */
export function readIndex(
  format: FormatContext,
  stream: Stream,
  { maxFrames }: Pick<DecoderLimits, 'maxFrames'>,
): StreamIndex {
  const isMarked = !UNMARKED.has(stream.codecpar.codecId);
  const { entries, isWhole } = readPackets(format, stream.index, { maxFrames, isMarked });
  const times = fillTimes(entries);
  const keys = findEntries(entries, times);
  const shown = entries
    .map((_, position) => position)
    .filter((position) => entries[position]?.isShown)
    .sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
    // Of several frames at one time the last one decoded stays visible.
    .filter((position, i, all) => times[position] !== times[all[i + 1] ?? -1]);
  const pts = shown.map((position) => times[position] ?? 0);
  const last = shown.at(-1);
  const step = pts.length > 1 ? ((pts.at(-1) ?? 0) - (pts[0] ?? 0)) / (pts.length - 1) : 0;
  const lastDuration = last === undefined ? 0 : (entries[last]?.duration ?? 0);
  return {
    packets: entries.map(({ packet }) => packet),
    pts,
    position: Uint32Array.from(shown),
    entry: Uint32Array.from(shown, (position) => keys[position] ?? 0),
    endPts: (pts.at(-1) ?? 0) + (lastDuration > 0 ? lastDuration : step),
    isCut: !isWhole || Number(stream.nbFrames) > entries.length,
    isTimeGuessed: entries.some(({ pts: stated }) => stated === undefined),
  };
}

function readPackets(
  format: FormatContext,
  streamIndex: number,
  { maxFrames, isMarked }: { readonly maxFrames: number; readonly isMarked: boolean },
): { readonly entries: Entry[]; readonly isWhole: boolean } {
  const entries: Entry[] = [];
  const packet = new Packet();
  packet.alloc();
  let isDamaged = false;
  for (let code = format.readFrameSync(packet); ; code = format.readFrameSync(packet)) {
    if (code < 0) return { entries, isWhole: code === AVERROR_EOF && !isDamaged };
    const isWhole = (packet.flags & AV_PKT_FLAG_CORRUPT) === 0 && packet.size > 0;
    const kept = packet.streamIndex === streamIndex && isWhole ? packet.clone() : null;
    if (packet.streamIndex === streamIndex && !isWhole) isDamaged = true;
    if (kept !== null) {
      entries.push({
        packet: kept,
        pts: readTime(kept.pts),
        dts: readTime(kept.dts),
        duration: Number(kept.duration),
        isKey: kept.isKeyframe && (isMarked || entries.length === 0),
        isShown: (kept.flags & AV_PKT_FLAG_DISCARD) === 0,
      });
      if (entries.length > maxFrames) throw rejectFrames(maxFrames);
    }
    packet.unref();
  }
}

function rejectFrames(maxFrames: number): RejectedError {
  return new RejectedError(
    'TOO_MANY_FRAMES',
    `The video has more than ${maxFrames} frames. Cut it into shorter ones.`,
    { maxFrames },
  );
}

function readTime(value: bigint): number | undefined {
  const time = Number(value);
  return value === AV_NOPTS_VALUE || !Number.isSafeInteger(time) ? undefined : time;
}

/**
 * A timestamp for every packet, given to the packet as well. Where a container states none (AVI), the frame is a
 * reference that is shown when the next such frame is decoded: so MPEG-4 and MPEG-2 order their frames.
 */
function fillTimes(entries: readonly Entry[]): readonly number[] {
  const times: number[] = new Array(entries.length);
  const last = entries.at(-1);
  // Behind the last frame, where the next one would be decoded.
  let next = (last?.dts ?? entries.length - 1) + Math.max(1, last?.duration ?? 1);
  for (let i = entries.length - 1; i >= 0; i--) {
    const { pts, dts, packet } = entries[i] as Entry;
    const time = pts ?? next;
    times[i] = time;
    if (pts === undefined) {
      next = dts ?? i;
      packet.pts = BigInt(time);
    }
  }
  return times;
}

/**
 * Where decoding has to begin for each packet: at the last key frame before it, or at the one before that for leading
 * pictures, which come after a key frame, are shown before it and lean on what was there before (open groups).
 */
function findEntries(entries: readonly Entry[], times: readonly number[]): Uint32Array {
  const result = new Uint32Array(entries.length);
  let before = 0;
  let key = 0;
  for (let i = 0; i < entries.length; i++) {
    if (entries[i]?.isKey) {
      before = key;
      key = i;
    }
    result[i] = (times[i] ?? 0) < (times[key] ?? 0) ? before : key;
  }
  return result;
}
