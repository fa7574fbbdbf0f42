import {
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { avGetMediaTypeString, Dictionary, FormatContext, InputFormat, Log, type Stream } from 'node-av/lib';
import { RejectedError } from '../../rejected-error.ts';
import { rejectEmpty, rejectVideo } from '../reject.ts';
import { createDecoder, findCodec } from './decoder.ts';
import { measureChanges } from './measure-changes.ts';
import type { DecoderLimits, MeasureRequest, OpenedReply, OpenRequest, ReadRequest } from './protocol.ts';
import { readFrames } from './read-frames.ts';
import { readIndex, type StreamIndex } from './stream-index.ts';

/** One opened file. */
export interface Media {
  readonly opened: OpenedReply;
  /** The payload of `opened`. */
  readonly index: Uint8Array;
  readonly measure: (request: MeasureRequest) => Float32Array;
  readonly read: (request: ReadRequest, take: (index: number, pixels: Uint8Array) => void) => void;
}

/** FFmpeg's unit of times that belong to no stream, in a second. */
const MICROSECONDS = 1_000_000;
const NO_DURATION = 0n;
/** Codecs that mark frames on which no other leans, in every file. HEVC marks them within a temporal layer only. */
const MARKS_NON_REFERENCE = new Set(['h264', 'mpeg4', 'mpeg1video', 'mpeg2video']);
/** Codecs whose frames have transparency more often than not. */
const MAY_BE_TRANSPARENT = new Set(['apng', 'png']);
/** Codecs that reorder frames by one place, so that missing times follow from the order. */
const ORDER_GIVES_TIMES = new Set(['mpeg4', 'msmpeg4v2', 'msmpeg4', 'mpeg1video', 'mpeg2video']);

/**
 * Opens a file, checks it against the limits by what its headers state, and reads its index. Decodes nothing.
 * @throws RejectedError
 */
export function openMedia({ fd, demuxer, limits }: OpenRequest): Media {
  Log.setLevel(AV_LOG_QUIET);
  const format = openFormat(fd, demuxer);
  assertDuration(Number(format.duration) / MICROSECONDS, limits);
  const stream = findVideo(format);
  const { codecpar } = stream;
  // Not every container states the size, and the codec's own header may say something else.
  if (codecpar.width > 0) assertSize(codecpar.width, codecpar.height, limits);
  const codec = findCodec(stream);
  // Without options: they would be one dictionary for each stream, and the binding passes a single one.
  format.findStreamInfoSync(null);
  assertSize(codecpar.width, codecpar.height, limits);
  for (const other of format.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
  const index = readIndex(format, stream, limits);
  if (index.pts.length === 0) throw rejectVideo('it holds no frame');
  const msPerUnit = (1000 * stream.timeBase.num) / stream.timeBase.den;
  const startsMs = Float64Array.from(
    index.pts,
    (time) => (time * 1000 * stream.timeBase.num) / stream.timeBase.den,
  );
  const endMs = index.endPts * msPerUnit;
  assertDuration((endMs - (startsMs[0] ?? 0)) / 1000, limits);
  const decoder = createDecoder(stream, codec, limits);
  const name = codec.name === 'libdav1d' ? 'av1' : (codec.name ?? 'unknown');
  const matrix = codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  const aspect = codecpar.sampleAspectRatio;
  return {
    opened: {
      kind: 'opened',
      frames: index.pts.length,
      endMs,
      codec: name,
      widthPx: codecpar.width,
      heightPx: codecpar.height,
      pixelAspect: aspect.num > 0 && aspect.den > 0 ? aspect.num / aspect.den : 1,
      ...(matrix !== null && { matrix: readMatrix(matrix) }),
      isCut: index.isCut,
      ...(format.duration > NO_DURATION && {
        statedEndMs: Number(format.duration + startTime(format)) / 1000,
      }),
      notes: describe(format, stream, index, name),
    },
    index: joinIndex(startsMs, index),
    measure: (request) => measureChanges(decoder, index, request),
    read: (request, take) =>
      readFrames(
        decoder,
        index,
        request,
        {
          skip: MARKS_NON_REFERENCE.has(name) ? 'noref' : 'default',
          mayBeTransparent: MAY_BE_TRANSPARENT.has(name),
        },
        take,
      ),
  };
}

function openFormat(fd: number, demuxer: string): FormatContext {
  const container = InputFormat.findInputFormat(demuxer);
  const format = new FormatContext();
  using options = Dictionary.fromObject({ fd, protocol_whitelist: 'fd' });
  if (container === null || format.openInputSync('fd:', container, options) < 0) {
    throw rejectVideo('its index is missing or cannot be read, as when a recording or an upload was cut off');
  }
  return format;
}

function findVideo(format: FormatContext): Stream {
  const video = format.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  const isMoving = video.some((stream) => !isPicture(stream));
  const stream = video.find((candidate) => !isCover(candidate) && !(isMoving && isPicture(candidate)));
  if (stream === undefined) throw rejectEmpty('The file has no video track');
  return stream;
}

/** Covers of albums count as video streams. */
function isCover({ attachedPic }: Stream): boolean {
  return attachedPic !== null && attachedPic.size > 0;
}

/** So do pictures that an AVIF file has beside its track. */
function isPicture({ nbFrames, duration }: Stream): boolean {
  return Number(nbFrames) === 1 && duration === AV_NOPTS_VALUE;
}

function assertSize(width: number, height: number, { maxFramePixels, maxLongSidePx }: DecoderLimits): void {
  if (!(width > 0 && height > 0)) throw rejectVideo('the size of its frames is not stated');
  if (Math.max(width, height) > maxLongSidePx) {
    throw new RejectedError(
      'SIDE_TOO_LONG',
      `The frames have ${width} × ${height} px; a side has at most ${maxLongSidePx}. Send a smaller video.`,
      { width, height, maxLongSidePx },
    );
  }
  if (width * height > maxFramePixels) {
    throw new RejectedError(
      'TOO_MANY_PIXELS',
      `The frames have ${width} × ${height} px; at most ${maxFramePixels} px are accepted. Send a smaller video.`,
      { width, height, maxFramePixels },
    );
  }
}

function assertDuration(seconds: number, { maxVideoSeconds }: DecoderLimits): void {
  if (!(seconds > maxVideoSeconds)) return;
  throw new RejectedError(
    'VIDEO_TOO_LONG',
    `The video lasts ${Math.round(seconds)} s; at most ${maxVideoSeconds} s are accepted. Cut it into shorter ones.`,
    { seconds: Math.round(seconds), maxVideoSeconds },
  );
}

function startTime(format: FormatContext): bigint {
  return format.startTime === AV_NOPTS_VALUE ? 0n : format.startTime;
}

function readMatrix(bytes: Buffer): number[] {
  return Array.from({ length: Math.min(9, bytes.length >> 2) }, (_, i) => bytes.readInt32LE(i * 4));
}

function joinIndex(startsMs: Float64Array, { position, entry }: StreamIndex): Uint8Array {
  return Buffer.concat([startsMs, position, entry].map(({ buffer }) => new Uint8Array(buffer)));
}

function describe(
  format: FormatContext,
  stream: Stream,
  { isTimeGuessed }: StreamIndex,
  codec: string,
): string[] {
  const notes: string[] = [];
  const others = format.streams.filter((other) => other.index !== stream.index && !isPicture(other));
  if (others.length > 0) {
    const kinds = others.map(({ codecpar }) => avGetMediaTypeString(codecpar.codecType) ?? 'unknown');
    notes.push(`The file also has streams that are not shown: ${kinds.join(', ')}.`);
  }
  if (isTimeGuessed && stream.codecpar.videoDelay > 0 && !ORDER_GIVES_TIMES.has(codec)) {
    notes.push('The container states no times for its frames: those shown may be off by some frames.');
  }
  return notes;
}
