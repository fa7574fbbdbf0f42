import { createAwsChunkedDecoder } from './aws-chunked.ts';
import {
  type ChecksumAlgorithm,
  checkChecksumValue,
  createBadChecksum,
  DEFAULT_ALGORITHM,
  getChecksumHeader,
  parseChecksumHeader,
  readChecksumHeader,
} from './checksums.ts';
import { type Digests, digestBytes } from './digest-bytes.ts';
import { createNotImplemented, S3Error } from './errors.ts';
import type { Call, ReceivedBody } from './service.ts';

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const TRAILER_PAYLOAD = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
/** The most one PUT, POST or part may carry. */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;
const MAX_XML_BYTES = 2 * 1024 ** 2;

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
export function planBody({ request: { headers }, payloadHash }: Call): BodyPlan {
  const isTrailer = payloadHash === TRAILER_PAYLOAD;
  if (payloadHash.startsWith('STREAMING-') && !isTrailer) {
    throw createNotImplemented(`x-amz-content-sha256: ${payloadHash}`);
  }
  const length = headers.get(isTrailer ? 'x-amz-decoded-content-length' : 'content-length') ?? '';
  if (length === '' && !isTrailer && headers.has('transfer-encoding')) {
    throw createNotImplemented('Transfer-Encoding without x-amz-decoded-content-length');
  }
  if (!/^\d{1,15}$/.test(length)) throw new S3Error('MissingContentLength');
  if (Number(length) > MAX_UPLOAD_BYTES) throw createTooLarge(Number(length), MAX_UPLOAD_BYTES);
  const contentMd5 = headers.get('content-md5');
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest');
  }
  return { isTrailer, length: Number(length), contentMd5, named: readNamedChecksum(headers, isTrailer) };
}

export function createTooLarge(proposed: number, allowed: number): S3Error {
  const details = { ProposedSize: String(proposed), MaxSizeAllowed: String(allowed) };
  return new S3Error('EntityTooLarge', undefined, details);
}

function readNamedChecksum(headers: ReadonlyMap<string, string>, isTrailer: boolean): BodyPlan['named'] {
  const header = readChecksumHeader(headers);
  const trailer = isTrailer ? headers.get('x-amz-trailer')?.toLowerCase() : undefined;
  const algorithm = trailer === undefined ? undefined : parseChecksumHeader(trailer);
  if (trailer !== undefined && !algorithm) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (header && algorithm) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  const named = algorithm ? { algorithm, value: undefined } : header;
  const promised = headers.get('x-amz-sdk-checksum-algorithm');
  if (promised !== undefined && named?.algorithm !== promised.toUpperCase()) {
    const what = 'x-amz-sdk-checksum-algorithm specified, but no corresponding checksum header or trailer';
    throw new S3Error('InvalidRequest', `${what} was found.`);
  }
  return named;
}

/**
 * Hands a request's body to `consume` and verifies it against everything the client said of it: length, SHA-256,
 * Content-MD5, checksum header or trailer. Throws IncompleteBody, XAmzContentSHA256Mismatch, BadDigest,
 * MalformedTrailerError, all of which `consume` meets as a failure of its source.
 */
function readBody<T>(
  call: Call,
  plan: BodyPlan,
  algorithms: readonly ChecksumAlgorithm[],
  consume: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
) {
  const { payloadHash, request } = call;
  const trailers = new Map<string, string>();
  const isHashed = payloadHash !== UNSIGNED_PAYLOAD && !plan.isTrailer;
  const named = plan.named ? [plan.named.algorithm] : [];

  function check({ size, md5, getSum }: Digests): void {
    if (size !== plan.length) throw new S3Error('IncompleteBody');
    if (isHashed) checkSha256(payloadHash, Buffer.from(getSum('SHA256'), 'base64').toString('hex'));
    const isMd5Wrong = plan.contentMd5 !== undefined && plan.contentMd5 !== md5.toString('base64');
    if (isMd5Wrong) throw new S3Error('BadDigest');
    if (!plan.named) return;
    const { algorithm } = plan.named;
    const claimed = plan.named.value ?? trailers.get(getChecksumHeader(algorithm));
    if (claimed === undefined) throw new S3Error('MalformedTrailerError');
    checkChecksumValue(algorithm, claimed);
    if (claimed !== getSum(algorithm)) throw createBadChecksum(algorithm);
  }

  return digestBytes(plan.isTrailer ? decodeChunks(request.body, trailers) : request.body, consume, {
    algorithms: [...algorithms, ...named, ...(isHashed ? (['SHA256'] as const) : [])],
    limit: plan.length,
    createLimitError: () => new S3Error('IncompleteBody'),
    check,
  });
}

async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncIterable<Uint8Array> {
  const decoder = createAwsChunkedDecoder();
  for await (const piece of source) yield* decoder.push(piece);
  for (const [name, value] of decoder.finish()) trailers.set(name, value);
}

function checkSha256(claimed: string, computed: string): void {
  if (claimed.toLowerCase() === computed) return;
  const details = { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed };
  throw new S3Error('XAmzContentSHA256Mismatch', undefined, details);
}

/** Writes a verified body aside. `requested` is an algorithm to compute whatever the client named. */
export async function receiveBody(
  call: Call,
  requested: ChecksumAlgorithm = DEFAULT_ALGORITHM,
): Promise<ReceivedBody & { readonly requested: string }> {
  const plan = planBody(call);
  const algorithm = plan.named?.algorithm ?? requested;
  const { result, md5, getSum } = await readBody(call, plan, [requested], call.service.blobs.write);
  return {
    draft: result,
    md5,
    checksum: { algorithm, value: getSum(algorithm) },
    requested: getSum(requested),
  };
}

/** A verified body of at most 2 MiB as text. With `mustBeChecked` it needs Content-MD5 or a checksum. */
export async function receiveText(call: Call, { mustBeChecked = false } = {}): Promise<string> {
  const plan = planBody(call);
  if (plan.length > MAX_XML_BYTES) throw new S3Error('MaxMessageLengthExceeded');
  if (mustBeChecked && plan.contentMd5 === undefined && !plan.named) {
    throw new S3Error('InvalidRequest', 'Missing required header: Content-MD5 OR x-amz-checksum-*');
  }
  const { result } = await readBody(call, plan, [], async (bytes) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    return Buffer.concat(pieces);
  });
  return result.toString('utf8');
}
