import {
  AV_FRAME_FLAG_CORRUPT,
  AV_FRAME_FLAG_DISCARD,
  AVERROR_EAGAIN,
  AVERROR_ENOMEM,
} from 'node-av/constants';
import { Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { RejectedError } from '../../rejected-error.ts';
import { rejectVideo } from '../reject.ts';
import type { DecoderLimits } from './protocol.ts';

/** Codecs that are read, by FFmpeg's names of their decoders. The rarer ones are where decoders break. */
const CODECS = new Set([
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'libdav1d',
  'av1',
  'mpeg4',
  'msmpeg4v2',
  'msmpeg4',
  'mpeg1video',
  'mpeg2video',
  'h263',
  'mjpeg',
  'prores',
  'dnxhd',
  'ffv1',
  'huffyuv',
  'ffvhuff',
  'utvideo',
  'rawvideo',
  'png',
  'apng',
  'dvvideo',
]);

const ROW_PADDING_PX = 64;

/** Which frames are decoded only when they are wanted themselves. */
export type Skip = 'default' | 'noref' | 'nokey';

/** One decoder over packets that are in memory. */
export interface Decoder {
  /**
   * Decodes one packet and hands over the frames that come out, which are good only until `take` returns.
   * @returns false when the decoder calls the packet damaged
   */
  readonly decode: (packet: Packet, skip: Skip, take: (frame: Frame) => void) => boolean;
  /** Hands over the frames that are still inside, and makes ready for another place of the stream. */
  readonly finish: (take: (frame: Frame) => void) => void;
  /** Leaves out the smoothing of block edges: for measuring only, as errors add up until the next key frame. */
  readonly skipSmoothing: (skipped: boolean) => void;
}

export function findCodec(stream: Stream): Codec {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null || !CODECS.has(codec.name ?? '')) {
    const name = codec?.name ?? stream.codecpar.codecTagString ?? 'unknown';
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      `The codec ${name.slice(0, 40)} is not read. Export the video as MP4 with H.264 or H.265.`,
      { codec: name.slice(0, 40) },
    );
  }
  return codec;
}

export function createDecoder(stream: Stream, codec: Codec, limits: DecoderLimits): Decoder {
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = 0;
  // A frame may be larger than the headers say. The decoder counts the padding of its rows.
  context.setOption('max_pixels', limits.maxFramePixels + ROW_PADDING_PX * limits.maxLongSidePx);
  const code = context.open2Sync(codec, null);
  if (code < 0) throw rejectVideo('its codec settings cannot be read');
  const frame = new Frame();
  frame.alloc();
  let skipping: Skip = 'default';

  const receive = (take: (frame: Frame) => void): void => {
    while (context.receiveFrameSync(frame) >= 0) {
      if ((frame.flags & AV_FRAME_FLAG_DISCARD) === 0) take(frame);
      frame.unref();
    }
  };
  const send = (packet: Packet, take: (frame: Frame) => void): number => {
    const sent = context.sendPacketSync(packet);
    if (sent !== AVERROR_EAGAIN) return sent;
    receive(take);
    return context.sendPacketSync(packet);
  };
  return {
    decode(packet, skip, take) {
      if (skip !== skipping) {
        context.setOption('skip_frame', skip);
        skipping = skip;
      }
      const sent = send(packet, take);
      if (sent === AVERROR_ENOMEM || process.memoryUsage.rss() > limits.maxDecoderBytes) {
        throw rejectMemory(limits.maxDecoderBytes);
      }
      receive(take);
      return sent >= 0;
    },
    finish(take) {
      context.sendPacketSync(null);
      receive(take);
      context.flushBuffers();
    },
    skipSmoothing(skipped) {
      context.setOption('skip_loop_filter', skipped ? 'all' : 'default');
    },
  };
}

/** Whether the decoder had to make up a part of the frame. */
export function isDamaged(frame: Frame): boolean {
  return (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0 || frame.decodeErrorFlags !== 0;
}

function rejectMemory(maxDecoderBytes: number): RejectedError {
  return new RejectedError(
    'CONVERSION_OUT_OF_MEMORY',
    `Decoding the video takes more than ${maxDecoderBytes} bytes of memory. Send it with smaller frames.`,
    { maxDecoderBytes },
  );
}
