import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { FramePixels, FrameSource, Timeline, VideoFacts } from '../frame-source.ts';
import { isCutOff } from '../is-cut-off.ts';
import type { DecodedMediaType } from '../media-types.ts';
import { readOrientation, UPRIGHT } from '../orientation.ts';
import { type Answer, type DecoderSetup, openDecoder } from './open-decoder.ts';
import type { OpenedReply, ReadRequest } from './protocol.ts';

/** FFmpeg's names of the containers. No other is tried on a file, so that nothing can pass for a playlist or a script. */
const DEMUXERS: Readonly<Record<DecodedMediaType, string>> = {
  'image/avif': 'mov',
  'image/png': 'apng',
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/x-msvideo': 'avi',
};

/** Frames × pixels that may be decoded for measuring alone; beyond, only some frames are looked at. */
const MEASURED_PIXELS = 6e9;

/**
 * Opens a video file in a decoder of its own, which lives until `close`.
 * @throws RejectedError
 */
export async function openContainer(
  bytes: Uint8Array,
  mediaType: DecodedMediaType,
  limits: Limits,
  testing: Pick<DecoderSetup, 'program' | 'nodeOptions'> = {},
): Promise<FrameSource> {
  const { maxFrames, maxVideoSeconds, maxFramePixels, maxLongSidePx, maxDecoderBytes, maxSeconds } = limits;
  const { opened, index, ask, close } = await openDecoder(bytes, {
    demuxer: DEMUXERS[mediaType],
    limits: { maxFrames, maxVideoSeconds, maxFramePixels, maxLongSidePx, maxDecoderBytes },
    maxSeconds,
    ...testing,
  });
  try {
    const timeline = readTimeline(opened, index);
    const facts = readFacts(opened);
    return {
      facts,
      timeline,
      notes: [
        ...opened.notes.map((note) => String(note).slice(0, 300)),
        ...(opened.isCut || isCutOff(bytes, mediaType) ? [reportCut(opened)] : []),
      ],
      lossless: mediaType === 'image/png',
      measureChanges: async () => {
        const pixels = opened.frames * opened.widthPx * opened.heightPx;
        const skip =
          pixels <= MEASURED_PIXELS ? 'NOTHING' : pixels <= 2 * MEASURED_PIXELS ? 'NON_REFERENCE' : 'NON_KEY';
        for await (const { payload } of ask({ op: 'measure', skip })) {
          if (payload.length !== opened.frames * 4) throw rejectAnswer();
          return new Float32Array(copyBuffer(payload));
        }
        throw rejectAnswer();
      },
      readFrames: (indexes, size) => readFrames(ask, { op: 'read', indexes, ...size }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* readFrames(
  ask: (request: ReadRequest) => AsyncGenerator<Answer>,
  request: ReadRequest,
): AsyncGenerator<FramePixels> {
  const { indexes, widthPx, heightPx } = request;
  if (indexes.length === 0) return;
  const awaited = new Set(indexes);
  for await (const { reply, payload } of ask(request)) {
    const isExpected = reply.kind === 'frame' && awaited.delete(reply.index);
    if (!isExpected || payload.length !== widthPx * heightPx * 3) throw rejectAnswer();
    yield { index: reply.index, data: payload, widthPx, heightPx };
  }
}

function readTimeline({ frames, endMs }: OpenedReply, index: Uint8Array): Timeline {
  if (!(Number.isInteger(frames) && frames > 0 && index.length === frames * 16)) throw rejectAnswer();
  const startsMs = new Float64Array(copyBuffer(index.subarray(0, frames * 8)));
  const position = new Uint32Array(copyBuffer(index.subarray(frames * 8, frames * 12)));
  const entry = new Uint32Array(copyBuffer(index.subarray(frames * 12)));
  const isOrdered = startsMs.every(
    (start, i) => Number.isFinite(start) && start > (startsMs[i - 1] ?? -Infinity),
  );
  if (!isOrdered || !(endMs >= (startsMs.at(-1) ?? 0))) throw rejectAnswer();
  return { startsMs, endMs, costs: { position, entry } };
}

function readFacts({ codec, widthPx, heightPx, pixelAspect, matrix }: OpenedReply): VideoFacts {
  const isSane = [widthPx, heightPx].every((side) => Number.isInteger(side) && side > 0) && pixelAspect > 0;
  if (!isSane) throw rejectAnswer();
  // A header that states flatter pixels than this is not believed.
  const aspect = pixelAspect >= 0.1 && pixelAspect <= 10 ? pixelAspect : 1;
  const orientation = matrix === undefined ? UPRIGHT : readOrientation(Int32Array.from(matrix));
  return { codec: String(codec).slice(0, 40), widthPx, heightPx, pixelAspect: aspect, orientation };
}

function reportCut({ endMs, statedEndMs = 0 }: OpenedReply): string {
  const stated = statedEndMs > endMs ? ` of ${(statedEndMs / 1000).toFixed(1)} s` : '';
  return `The file ends early: what it holds up to ${(endMs / 1000).toFixed(1)} s${stated} is shown.`;
}

/** Typed arrays need their place in memory aligned. */
function copyBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

/** What the decoder's process answers is not taken on trust. */
function rejectAnswer(): RejectedError {
  return new RejectedError(
    'CONVERSION_CRASHED',
    'The decoder gave an answer that makes no sense: the video is damaged or very unusual. Export it anew as MP4 with H.264.',
  );
}
