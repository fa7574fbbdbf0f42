import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { BUCKET, CREDENTIALS, REGION } from './server.ts';

/**
 * Signs by means that share nothing with the server: AWS's signer for URLs and headers, and for POST policies a
 * few lines after the AWS page "Calculating a Signature (POST)".
 */
const Sha256 = class {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret === undefined) this.#hash = createHash('sha256');
    else if (typeof secret === 'string') this.#hash = createHmac('sha256', secret);
    else if (secret instanceof ArrayBuffer) this.#hash = createHmac('sha256', Buffer.from(secret));
    else this.#hash = createHmac('sha256', Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof data === 'string') this.#hash.update(data);
    else if (data instanceof ArrayBuffer) this.#hash.update(Buffer.from(data));
    else this.#hash.update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
};

function createSigner(credentials = CREDENTIALS, region = REGION): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: true,
  });
}

export interface SignableTarget {
  readonly method: string;
  readonly key: string;
  readonly bucket?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

function describe(endpoint: string, target: SignableTarget) {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const path = `/${target.bucket ?? BUCKET}/${target.key.split('/').map(encodeURIComponent).join('/')}`;
  return {
    method: target.method,
    protocol,
    hostname,
    port: Number(port),
    path: path.replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    query: target.query ?? {},
    headers: { host, ...target.headers },
  };
}

/** A presigned URL, as the SDK's request presigner makes it. */
export async function presign(
  endpoint: string,
  target: SignableTarget,
  options: {
    expiresIn?: number;
    at?: Date;
    credentials?: typeof CREDENTIALS;
    region?: string;
  } = {},
): Promise<string> {
  const signer = createSigner(options.credentials, options.region);
  const signed = await signer.presign(
    {
      ...describe(endpoint, target),
      headers: { ...describe(endpoint, target).headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    {
      expiresIn: options.expiresIn ?? 300,
      signingDate: options.at ?? new Date(),
      unhoistableHeaders: new Set(Object.keys(target.headers ?? {})),
      unsignableHeaders: new Set(['x-amz-content-sha256']),
    },
  );
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${endpoint}${signed.path}?${query.join('&')}`;
}

/** Headers that sign a request, the body's hash taken from `x-amz-content-sha256`. */
export async function signHeaders(
  endpoint: string,
  target: SignableTarget,
  options: { at?: Date } = {},
): Promise<Record<string, string>> {
  const signed = await createSigner().sign(describe(endpoint, target), {
    signingDate: options.at ?? new Date(),
  });
  const { host: _host, ...headers } = signed.headers;
  return headers;
}

export interface PolicyOptions {
  readonly conditions: readonly unknown[];
  readonly expiration?: string;
  readonly at?: Date;
  readonly credentials?: typeof CREDENTIALS;
  readonly region?: string;
}

/** The form fields that authorise an upload under `conditions`, to which the signing fields are added. */
export function signPolicy(options: PolicyOptions): Record<string, string> {
  const at = options.at ?? new Date();
  const amzDate = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = amzDate.slice(0, 8);
  const credentials = options.credentials ?? CREDENTIALS;
  const region = options.region ?? REGION;
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': amzDate,
  };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: options.expiration ?? new Date(at.getTime() + 60_000).toISOString(),
      conditions: [
        ...options.conditions,
        ...Object.entries(signing).map(([name, value]) => ({ [name]: value })),
      ],
    }),
  ).toString('base64');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const dayKey = hmac(`AWS4${credentials.secretAccessKey}`, day);
  const signingKey = hmac(hmac(hmac(dayKey, region), 's3'), 'aws4_request');
  return {
    ...signing,
    policy,
    'x-amz-signature': createHmac('sha256', signingKey).update(policy).digest('hex'),
  };
}
