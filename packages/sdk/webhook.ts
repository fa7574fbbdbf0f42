/** A webhook's body is not what its secret signed, or is too old. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

export interface WebhookEvent {
  /** E.g. `inspection.completed`. */
  readonly type: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  /** Ids of what it is about. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface VerifyOptions {
  /** How far the sender's clock may be from one's own, in s; default 300. */
  readonly toleranceSeconds?: number;
  /** Epoch ms; default now. */
  readonly now?: number;
}

const TOLERANCE_SECONDS = 300;

/**
 * Checks a delivery by the Standard Webhooks specification 1.0 and gives its event. Pass the body as the bytes or the
 * text that arrived: JSON that was parsed and written anew is signed by nobody. Runs in Node and in browsers' workers.
 * @param secret `whsec_…`, as it was shown when the webhook was made
 * @throws WebhookError
 */
export async function verifyWebhook(
  secret: string,
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
  options: VerifyOptions = {},
): Promise<WebhookEvent> {
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signatures = readHeader(headers, 'webhook-signature').split(' ');
  const { now = Date.now(), toleranceSeconds = TOLERANCE_SECONDS } = options;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookError('The delivery is too old, or one of the clocks is wrong.');
  const key = await crypto.subtle.importKey(
    'raw',
    decodeBase64(secret.replace(/^whsec_/, '')),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const signature of signatures) {
    const [version, value = ''] = signature.split(',');
    // `verify` compares in constant time.
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, decodeBase64(value), signed)))
      return JSON.parse(body);
  }
  throw new WebhookError('No signature of the delivery was made with this secret.');
}

function readHeader(
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  name: string,
): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string') throw new WebhookError(`The header ${name} is missing.`);
  return value;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new WebhookError('The secret or the signature is not Base64.');
  }
}
