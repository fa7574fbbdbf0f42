import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { UNSIGNED_PAYLOAD } from './authentication.ts';
import { createAwsChunkedDecoder } from './aws-chunked.ts';
import type { Draft } from './blobs.ts';
import {
  type ChecksumAlgorithm,
  checkChecksumValue,
  createBadChecksum,
  createDigest,
  DEFAULT_ALGORITHM,
  parseChecksumHeader,
  readChecksumHeader,
} from './checksums.ts';
import { createNotImplemented, S3Error } from './errors.ts';
import type { Call } from './service.ts';

const TRAILER_PAYLOAD = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
/** The most one PUT, POST or part may carry. */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;
const MAX_XML_BYTES = 2 * 1024 ** 2;

/** A body written aside and verified, not yet an object. */
export interface ReceivedBody {
  readonly draft: Draft;
  readonly md5: Buffer;
  /** Of the algorithm the client named, else of the one asked for. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  /** Base64 value of the algorithm asked for, whatever the client named. */
  readonly requested: string;
}

interface BodyPlan {
  readonly isTrailer: boolean;
  /** Bytes of the object. */
  readonly length: number;
  readonly contentMd5: string | undefined;
  /** The algorithm the client named; `value` is undefined when it comes in the trailer. */
  readonly named: { readonly algorithm: ChecksumAlgorithm; readonly value: string | undefined } | undefined;
}

/**
 * Reads what the headers promise of the body, before any of it is read. Throws MissingContentLength,
 * EntityTooLarge, InvalidDigest, InvalidRequest, NotImplemented (signed chunks).
 */
export function planBody({ request, payloadHash }: Call): BodyPlan {
  const { headers } = request;
  if (payloadHash.startsWith('STREAMING-') && payloadHash !== TRAILER_PAYLOAD) {
    throw createNotImplemented(`x-amz-content-sha256: ${payloadHash}`);
  }
  const isTrailer = payloadHash === TRAILER_PAYLOAD;
  const lengthText = headers.get(isTrailer ? 'x-amz-decoded-content-length' : 'content-length');
  if (lengthText === undefined && !isTrailer && headers.has('transfer-encoding')) {
    throw createNotImplemented('Transfer-Encoding without x-amz-decoded-content-length');
  }
  if (lengthText === undefined || !/^\d{1,15}$/.test(lengthText)) throw new S3Error('MissingContentLength');
  const length = Number(lengthText);
  if (length > MAX_UPLOAD_BYTES) throw createTooLarge(length, MAX_UPLOAD_BYTES);
  const contentMd5 = headers.get('content-md5');
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest');
  }
  return { isTrailer, length, contentMd5, named: readNamedChecksum(headers, isTrailer) };
}

export function createTooLarge(proposed: number, allowed: number): S3Error {
  return new S3Error('EntityTooLarge', undefined, {
    ProposedSize: String(proposed),
    MaxSizeAllowed: String(allowed),
  });
}

function readNamedChecksum(headers: ReadonlyMap<string, string>, isTrailer: boolean): BodyPlan['named'] {
  const header = readChecksumHeader(headers);
  const trailer = isTrailer ? headers.get('x-amz-trailer')?.toLowerCase() : undefined;
  const trailerAlgorithm = trailer === undefined ? undefined : parseChecksumHeader(trailer);
  if (trailer !== undefined && !trailerAlgorithm) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (header && trailerAlgorithm) {
    throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  }
  const named = trailerAlgorithm ? { algorithm: trailerAlgorithm, value: undefined } : header;
  const promised = headers.get('x-amz-sdk-checksum-algorithm');
  if (promised !== undefined && named?.algorithm !== promised.toUpperCase()) {
    throw new S3Error(
      'InvalidRequest',
      named
        ? 'Value for x-amz-sdk-checksum-algorithm header is invalid.'
        : 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return named;
}

/** The bytes of a stream; leaving early leaves the stream alive, so that an answer can still be sent. */
export async function* readGently(stream: Readable): AsyncIterable<Uint8Array> {
  yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncIterable<Uint8Array> {
  const decoder = createAwsChunkedDecoder();
  for await (const piece of source) yield* decoder.push(piece);
  for (const [name, value] of decoder.finish()) trailers.set(name, value);
}

/** Passes bytes through, feeding each digest, and fails past `limit` bytes before yielding any of them. */
export async function* digestBytes(
  source: AsyncIterable<Uint8Array>,
  digests: readonly { update(bytes: Uint8Array): unknown }[],
  limit: number,
  createLimitError: (size: number) => S3Error,
): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limit) throw createLimitError(size);
    for (const digest of digests) digest.update(piece);
    yield piece;
  }
}

/**
 * Writes a request's body aside and verifies it against everything the client said of it: length, SHA-256,
 * Content-MD5, checksum header or trailer. `requested` is an algorithm to compute whatever the client named.
 * Throws IncompleteBody, XAmzContentSHA256Mismatch, BadDigest, MalformedTrailerError; nothing stays then.
 */
export async function receiveBody(call: Call, requested?: ChecksumAlgorithm): Promise<ReceivedBody> {
  const plan = planBody(call);
  const algorithm = plan.named?.algorithm ?? requested ?? DEFAULT_ALGORITHM;
  const trailers = new Map<string, string>();
  const md5 = createHash('md5');
  const sha256 = isHashed(call.payloadHash) ? createHash('sha256') : undefined;
  const digest = createDigest(algorithm);
  const other = requested === undefined || requested === algorithm ? undefined : createDigest(requested);
  const raw = readGently(call.request.incoming);
  const decoded = plan.isTrailer ? decodeChunks(raw, trailers) : raw;
  const digests = [md5, digest, sha256, other].filter((one) => one !== undefined);
  const draft = await call.service.blobs.write(
    digestBytes(decoded, digests, plan.length, () => new S3Error('IncompleteBody')),
  );
  try {
    if (draft.size !== plan.length) throw new S3Error('IncompleteBody');
    if (sha256) checkSha256(call.payloadHash, sha256.digest('hex'));
    const md5Value = md5.digest();
    if (plan.contentMd5 !== undefined && plan.contentMd5 !== md5Value.toString('base64')) {
      throw new S3Error('BadDigest');
    }
    const value = digest.digest().toString('base64');
    checkNamedChecksum(plan.named, trailers, value);
    const requestedValue = other ? other.digest().toString('base64') : value;
    return { draft, md5: md5Value, checksum: { algorithm, value }, requested: requestedValue };
  } catch (error) {
    draft.discard();
    throw error;
  }
}

function isHashed(payloadHash: string): boolean {
  return payloadHash !== UNSIGNED_PAYLOAD && payloadHash !== TRAILER_PAYLOAD;
}

function checkSha256(claimed: string, computed: string): void {
  if (claimed.toLowerCase() === computed) return;
  throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
    ClientComputedContentSHA256: claimed,
    S3ComputedContentSHA256: computed,
  });
}

function checkNamedChecksum(
  named: BodyPlan['named'],
  trailers: ReadonlyMap<string, string>,
  computed: string,
): void {
  if (!named) return;
  const claimed = named.value ?? trailers.get(`x-amz-checksum-${named.algorithm.toLowerCase()}`);
  if (claimed === undefined) throw new S3Error('MalformedTrailerError');
  checkChecksumValue(named.algorithm, claimed);
  if (claimed !== computed) throw createBadChecksum(named.algorithm);
}

/** A small body as text, verified like an object's. `isChecked` says whether a digest of it was sent. */
export async function receiveText(call: Call): Promise<{ text: string; isChecked: boolean }> {
  const { headers } = call.request;
  if (call.payloadHash.startsWith('STREAMING-')) {
    throw createNotImplemented(`x-amz-content-sha256: ${call.payloadHash}`);
  }
  const named = readChecksumHeader(headers);
  const contentMd5 = headers.get('content-md5');
  const pieces: Uint8Array[] = [];
  const limited = digestBytes(
    readGently(call.request.incoming),
    [],
    MAX_XML_BYTES,
    () => new S3Error('MaxMessageLengthExceeded'),
  );
  for await (const piece of limited) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (isHashed(call.payloadHash)) {
    checkSha256(call.payloadHash, createHash('sha256').update(bytes).digest('hex'));
  }
  if (contentMd5 !== undefined && contentMd5 !== createHash('md5').update(bytes).digest('base64')) {
    throw new S3Error('BadDigest');
  }
  if (named) {
    const digest = createDigest(named.algorithm);
    digest.update(bytes);
    if (digest.digest().toString('base64') !== named.value) throw createBadChecksum(named.algorithm);
  }
  return { text: bytes.toString('utf8'), isChecked: named !== undefined || contentMd5 !== undefined };
}
