import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { AddressError, assertPublic, checkAddress } from './address.ts';

/** What came of one POST. */
export interface PostResult {
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** The first of the answer's body, or why there was none. */
  readonly detail: string;
  readonly ms: number;
}

export interface PostOptions {
  /** Lets plain HTTP go to this machine. */
  readonly development: boolean;
  /** Every address of a name. */
  readonly resolve?: (name: string) => Promise<readonly ResolvedAddress[]>;
  readonly timeoutMs?: number;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

const TIMEOUT_MS = 10_000;
const MAX_DETAIL = 1024;

/** What an address answered. */
export interface Exchange {
  readonly status: number | undefined;
  /** At most `maxBytes` of the body. */
  readonly body: Buffer;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/**
 * Sends an event to a webhook: `exchangeSafely`, whose answer is read up to 1 KiB, and whose failure is a result.
 */
export async function postSafely(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
): Promise<PostResult> {
  const started = performance.now();
  const finish = (status: number | undefined, detail: string): PostResult => ({
    status,
    detail: detail.slice(0, MAX_DETAIL),
    ms: Math.round(performance.now() - started),
  });
  try {
    const answer = await exchangeSafely(address, headers, body, { ...options, maxBytes: MAX_DETAIL });
    return finish(answer.status, answer.body.toString('utf8'));
  } catch (error) {
    return finish(undefined, error instanceof Error ? error.message : 'The connection failed.');
  }
}

/**
 * Sends a body to an address that a stranger chose. The name is resolved once, every address it has must be public, and
 * the connection goes to one of those checked: a name that changes its mind in between changes nothing. Redirects are
 * not followed; the answer is read up to `maxBytes`; all of it within `timeoutMs`.
 *
 * @throws AddressError for an address that is not public; Error, with a message that tells nothing of the network
 */
export async function exchangeSafely(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions & { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<Exchange> {
  try {
    return await send(checkAddress(address, options.development), headers, body, options);
  } catch (error) {
    throw error instanceof AddressError ? error : new Error(describe(error), { cause: error });
  }
}

async function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  {
    development,
    timeoutMs = TIMEOUT_MS,
    resolve = resolveAll,
    maxBytes,
    signal: calledOff,
  }: Parameters<typeof exchangeSafely>[3],
): Promise<Exchange> {
  const isPlain = url.protocol === 'http:';
  // Not at the top: `node:http` as a module loads all of fetch, which a cold start would wait for.
  const { request } = await (isPlain ? import('node:http') : import('node:https'));
  return new Promise((settle, fail) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const outgoing = request(url, {
      method: 'POST',
      // A connection of its own: none that was opened for another address is used.
      agent: false,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: checkedLookup(resolve, development && isPlain),
      signal: calledOff === undefined ? timeout : AbortSignal.any([timeout, calledOff]),
    });
    outgoing.on('error', (error) =>
      fail(timeout.aborted ? new Error(`There was no answer within ${timeoutMs} ms.`) : error),
    );
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const done = (isWhole: boolean) => {
        const read = Buffer.concat(chunks).subarray(0, maxBytes);
        settle({ status: incoming.statusCode, body: read, isWhole: isWhole && length <= maxBytes });
      };
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= maxBytes) return;
        outgoing.destroy();
        done(false);
      });
      incoming.on('end', () => done(true));
      incoming.on('error', () => done(false));
    });
    outgoing.end(body);
  });
}

/** Gives the connection addresses that were checked, and refuses when one of a name's addresses is not public. */
function checkedLookup(
  resolve: (name: string) => Promise<readonly ResolvedAddress[]>,
  isDevelopment: boolean,
): LookupFunction {
  return (name, options, callback) => {
    resolve(name)
      .then((found) => {
        const [first] = found;
        if (!first) throw new AddressError('The host name has no address.');
        if (!isDevelopment) for (const { address } of found) assertPublic(address);
        if (options.all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), '', 4);
      });
  };
}

function resolveAll(name: string): Promise<ResolvedAddress[]> {
  return resolveName(name, { all: true, verbatim: true });
}

/** What went wrong, without what a stranger could learn of the network from it. */
function describe(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return `The connection failed: ${error.code}.`;
  return error instanceof Error ? error.message : 'The connection failed.';
}
