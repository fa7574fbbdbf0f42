import { S3Error } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * AWS's UriEncode: every byte but `A-Z a-z 0-9 - . _ ~` becomes `%XX`.
 * Source: "Create a signed AWS API request", canonical request.
 */
export function encodeUri(text: string, { keepSlash = false } = {}): string {
  const encoded = encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
}

/** The form S3 uses in event keys and in `encoding-type=url`: UriEncode with `+` for a space, `/` kept. */
export function encodeKeyForListing(key: string): string {
  return encodeUri(key, { keepSlash: true }).replaceAll('%20', '+').replaceAll('%2A', '*');
}

/** Decodes `%XX` to bytes and the bytes as UTF-8. Throws InvalidURI when either is malformed. */
export function decodeUri(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** Header bytes as Node hands them over (one char a byte) read as UTF-8 where they are UTF-8. */
export function decodeHeaderBytes(value: string): string {
  try {
    return decoder.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

export interface RequestTarget {
  /** The path as sent, percent-encoding untouched and `..` not resolved. */
  readonly rawPath: string;
  /** Decoded parameters in the order sent; a parameter without `=` has the value ''. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** Splits a raw request target; `+` in the query is a space. */
export function parseTarget(url: string): RequestTarget {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const parameters = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...rest] = pair.replaceAll('+', '%20').split('=');
      return [decodeUri(name), decodeUri(rest.join('='))] as const;
    });
  return { rawPath, parameters };
}

/**
 * Bucket and key of a request. `bucket.localhost` in the Host header is the virtual-host style; anything else
 * is path style, `/bucket/key`.
 */
export function locateResource(rawPath: string, host: string): { bucket?: string; key?: string } {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath;
  if (name.endsWith('.localhost')) {
    const bucket = name.slice(0, -'.localhost'.length);
    return path === '' ? { bucket } : { bucket, key: decodeUri(path) };
  }
  if (path === '') return {};
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: decodeUri(path) };
  const bucket = decodeUri(path.slice(0, slash));
  return slash === path.length - 1 ? { bucket } : { bucket, key: decodeUri(path.slice(slash + 1)) };
}
