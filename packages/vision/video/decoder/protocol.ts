/**
 * What the decoder's process is asked and what it answers. Requests are a line of JSON each on its standard input;
 * answers come on its standard output: two little-endian uint32 (bytes of JSON, bytes of payload), JSON, payload.
 */
import type { RejectionDetails } from '../../rejected-error.ts';
import type { RejectionCode } from '../../rejections.ts';

export type Request = OpenRequest | MeasureRequest | ReadRequest;

export interface OpenRequest {
  readonly op: 'open';
  /** File descriptor under which the process has the file. */
  readonly fd: number;
  /** FFmpeg's name of the container; no other is tried. */
  readonly demuxer: string;
  readonly limits: DecoderLimits;
}

export interface DecoderLimits {
  readonly maxFrames: number;
  readonly maxVideoSeconds: number;
  readonly maxFramePixels: number;
  readonly maxLongSidePx: number;
  readonly maxDecoderBytes: number;
}

/** Answered by `changes`, whose payload is a float32 for each frame. */
export interface MeasureRequest {
  readonly op: 'measure';
  readonly skip: 'NOTHING' | 'NON_REFERENCE' | 'NON_KEY';
}

/** Answered by a `frame` for each frame that could be decoded, in the order of decoding, then by `done`. */
export interface ReadRequest {
  readonly op: 'read';
  readonly indexes: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
}

export type Reply = OpenedReply | FrameReply | { readonly kind: 'changes' | 'done' } | RejectedReply;

/** Payload: for each frame, in the order of showing, its start in ms (float64); then all positions, all entries (uint32). */
export interface OpenedReply {
  readonly kind: 'opened';
  readonly frames: number;
  readonly endMs: number;
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelAspect: number;
  /** The nine numbers of the display matrix, when there is one. */
  readonly matrix?: readonly number[];
  /** The file broke off while it was read. */
  readonly isCut: boolean;
  /** When the container says that its last stream ends. */
  readonly statedEndMs?: number;
  readonly notes: readonly string[];
}

/** Payload: RGB rows of the size asked for. */
export interface FrameReply {
  readonly kind: 'frame';
  readonly index: number;
}

export interface RejectedReply {
  readonly kind: 'rejected';
  readonly code: RejectionCode;
  readonly message: string;
  readonly details: RejectionDetails;
}

export const REPLY_HEADER_BYTES = 8;

export function encodeReply(reply: Reply, payload: Uint8Array = new Uint8Array()): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(reply));
  const header = Buffer.alloc(REPLY_HEADER_BYTES);
  header.writeUInt32LE(json.length, 0);
  header.writeUInt32LE(payload.length, 4);
  return [header, json, payload];
}
