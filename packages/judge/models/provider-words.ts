const MAX_LENGTH = 500;
const MIN_KEY = 8;
/** Names of models, parameters and accounts are shorter. */
const MAX_QUOTED = 60;
/** Quoted text; a double quote may have lost its end, an apostrophe within a word begins none. */
const QUOTED = /"(?:\\.|[^"\\])*(?:"|$)|(?<!\w)'(?:\\.|[^'\\])*'(?!\w)/gs;
/** Pictures, as base64. */
const ENCODED = /[A-Za-z0-9+/=_-]{100,}/g;

/**
 * What a provider says of a failed call, for the log: without the key, and without what it echoes of the request. Servers that
 * check requests against a schema repeat the value they object to, quoted, which can be the prompt or a picture.
 */
export function quoteProvider(text: string, apiKey: string): string {
  const safe = apiKey.length >= MIN_KEY ? text.replaceAll(apiKey, '***') : text;
  return safe
    .replace(QUOTED, (quoted) => (quoted.length > MAX_QUOTED ? `${quoted[0]}…${quoted[0]}` : quoted))
    .replace(ENCODED, '…')
    .slice(0, MAX_LENGTH);
}
