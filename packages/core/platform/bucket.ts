import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { openUploads } from './bucket-uploads.ts';
import { openWriter } from './bucket-write.ts';
import { readWhole } from './read-whole.ts';
import { type AwsCredentials, escapeUri, presign, signPostPolicy } from './signing.ts';

/** A link signed when it was read. */
export interface SignedLink {
  readonly url: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Everything a client needs to POST one file. Fields keep their order. */
export interface UploadTicket {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly maxBytes: number;
}

export interface ObjectFacts {
  readonly bytes: number;
  /** Identifies this content of the object. */
  readonly etag: string;
}

export interface ListedObject {
  readonly path: string;
  readonly bytes: number;
}

/** The object is gone, or was replaced since its facts were read. */
export class ObjectChangedError extends Error {
  override readonly name = 'ObjectChangedError';
}

export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  /** Where the object store listens, when it is not at AWS's own address. */
  readonly endpoint: string | undefined;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly clock: () => number;
}

const LINK_SECONDS = 3600;

export type Bucket = ReturnType<typeof openBucket>;
export type TenantBucket = ReturnType<Bucket['scope']>;

/** The one bucket. The S3 client is loaded at its first use: signing needs none. */
export function openBucket(settings: BucketSettings) {
  const origin = settings.endpoint
    ? `${settings.endpoint.replace(/\/$/, '')}/${settings.name}/`
    : `https://${settings.name}.s3.${settings.region}.amazonaws.com/`;
  let loading: Promise<{ sdk: typeof import('@aws-sdk/client-s3'); client: S3Client }> | undefined;

  function load() {
    loading ??= import('@aws-sdk/client-s3').then((sdk) => ({
      sdk,
      client: new sdk.S3Client({
        region: settings.region,
        credentials: settings.credentials,
        ...(settings.endpoint && { endpoint: settings.endpoint }),
      }),
    }));
    return loading;
  }

  const signingScope = async () => ({
    credentials: await settings.credentials(),
    region: settings.region,
    now: settings.clock(),
  });

  /** The bucket as one tenant sees it: every key begins with that tenant. */
  function scope(tenantId: string) {
    const keyOf = (path: string) => `tenants/${tenantId}/${path}`;
    const addressOf = (path: string) => new URL(origin + keyOf(path).split('/').map(escapeUri).join('/'));

    return {
      /** Objects that come in parts. */
      uploads: openUploads({ bucket: settings.name, load, signingScope, keyOf, addressOf }),

      write: openWriter({ bucket: settings.name, load, keyOf }),

      /** A link to GET the object for an hour, or as long as the signing credentials last. */
      async link(path: string): Promise<SignedLink> {
        const scope = await signingScope();
        const ends = scope.now + LINK_SECONDS * 1000;
        const expiresAt = Math.min(ends, scope.credentials.expiration?.getTime() ?? ends);
        return { url: presign(scope, { method: 'GET', url: addressOf(path) }, LINK_SECONDS), expiresAt };
      },

      /** A ticket to POST exactly `file.bytes` bytes, and with `file.sha256` exactly that content. */
      async createTicket(
        path: string,
        file: { bytes: number; contentType: string; sha256?: string | undefined },
        expiresAt: number,
      ): Promise<UploadTicket> {
        const fields = {
          key: keyOf(path),
          'Content-Type': file.contentType,
          ...(file.sha256 && {
            'x-amz-checksum-algorithm': 'SHA256',
            'x-amz-checksum-sha256': Buffer.from(file.sha256, 'hex').toString('base64'),
          }),
        };
        const range = { min: file.bytes, max: file.bytes };
        const scope = await signingScope();
        const ends = Math.min(expiresAt, scope.credentials.expiration?.getTime() ?? expiresAt);
        const signed = signPostPolicy(scope, settings.name, fields, range, ends);
        return {
          method: 'POST',
          url: origin,
          headers: [],
          fields: Object.entries(signed).map(([name, value]) => ({ name, value })),
          expiresAt: ends,
          maxBytes: file.bytes,
        };
      },

      /** Undefined when there is no such object. */
      async head(path: string): Promise<ObjectFacts | undefined> {
        const { sdk, client } = await load();
        try {
          const head = await client.send(
            new sdk.HeadObjectCommand({ Bucket: settings.name, Key: keyOf(path) }),
          );
          return { bytes: head.ContentLength ?? 0, etag: head.ETag ?? '' };
        } catch (error) {
          if (error instanceof sdk.NotFound) return undefined;
          throw error;
        }
      },

      /**
       * The object's bytes, its first `firstBytes`, or those of a range that begins within it (`bytes` of them, or fewer at its end).
       * @throws ObjectChangedError when it is gone or no longer has `etag`
       */
      async get(
        path: string,
        options: {
          readonly etag?: string;
          readonly firstBytes?: number;
          readonly range?: { readonly from: number; readonly bytes: number };
        } = {},
      ): Promise<Uint8Array> {
        const { etag, range = options.firstBytes && { from: 0, bytes: options.firstBytes } } = options;
        const { sdk, client } = await load();
        try {
          const { bytes } = await readWhole(sdk, client, {
            Bucket: settings.name,
            Key: keyOf(path),
            ...(etag && { IfMatch: etag }),
            ...(range && { Range: `bytes=${range.from}-${range.from + range.bytes - 1}` }),
          });
          return bytes;
        } catch (error) {
          throw explainChange(sdk, path, error);
        }
      },

      /**
       * Writes the object to a file.
       * @returns its SHA-256, hexadecimal
       * @throws ObjectChangedError when it is gone or no longer has `etag`
       */
      async download(path: string, file: string, etag: string | undefined): Promise<string> {
        const { sdk, client } = await load();
        try {
          const { Body } = await client.send(
            new sdk.GetObjectCommand({
              Bucket: settings.name,
              Key: keyOf(path),
              ...(etag && { IfMatch: etag }),
            }),
          );
          if (!(Body instanceof Readable))
            throw new Error(`The object store answered without a body for ${path}.`);
          const hash = createHash('sha256');
          await pipeline(
            Body,
            async function* (chunks: AsyncIterable<Buffer>) {
              for await (const chunk of chunks) {
                hash.update(chunk);
                yield chunk;
              }
            },
            createWriteStream(file),
          );
          return hash.digest('hex');
        } catch (error) {
          throw explainChange(sdk, path, error);
        }
      },

      /** Copies an object within the store. @throws ObjectChangedError when it is gone or no longer has `etag` */
      async copy(from: string, to: string, mediaType: string, etag: string | undefined): Promise<void> {
        const { sdk, client } = await load();
        try {
          await client.send(
            new sdk.CopyObjectCommand({
              Bucket: settings.name,
              Key: keyOf(to),
              CopySource: `${settings.name}/${keyOf(from).split('/').map(escapeUri).join('/')}`,
              ...(etag && { CopySourceIfMatch: etag }),
              MetadataDirective: 'REPLACE',
              ContentType: mediaType,
            }),
          );
        } catch (error) {
          throw explainChange(sdk, from, error);
        }
      },

      /** The object's facts and its first `bytes` bytes; undefined when there is no such object. */
      async peek(
        path: string,
        bytes: number,
      ): Promise<(ObjectFacts & { readonly head: Uint8Array }) | undefined> {
        const { sdk, client } = await load();
        try {
          const { answer, bytes: head } = await readWhole(sdk, client, {
            Bucket: settings.name,
            Key: keyOf(path),
            Range: `bytes=0-${bytes - 1}`,
          });
          // `bytes 0-4095/50000`: only the size of the whole is of interest.
          const size = Number(answer.ContentRange?.split('/')[1]);
          return { bytes: size, etag: answer.ETag ?? '', head };
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      },

      /** The object's bytes as they arrive. @throws ObjectChangedError when it is gone */
      async *read(path: string): AsyncGenerator<Uint8Array> {
        const { sdk, client } = await load();
        try {
          const { Body } = await client.send(
            new sdk.GetObjectCommand({ Bucket: settings.name, Key: keyOf(path) }),
          );
          for await (const chunk of Body as AsyncIterable<Uint8Array>) yield chunk;
        } catch (error) {
          if (!(error instanceof sdk.NoSuchKey)) throw error;
          throw new ObjectChangedError(`The object ${path} was removed.`, { cause: error });
        }
      },

      /** Objects whose paths begin with `prefix`, by path, at most `limit` (1000) of them. */
      async list(prefix: string, limit: number, after?: string): Promise<ListedObject[]> {
        const { sdk, client } = await load();
        const { Contents = [] } = await client.send(
          new sdk.ListObjectsV2Command({
            Bucket: settings.name,
            Prefix: keyOf(prefix),
            MaxKeys: limit,
            ...(after !== undefined && { StartAfter: keyOf(after) }),
          }),
        );
        const skipped = keyOf('').length;
        return Contents.map(({ Key = '', Size = 0 }) => ({ path: Key.slice(skipped), bytes: Size }));
      },

      /** Removes objects, at most 1000; those that are not there count as removed. */
      async remove(paths: readonly string[]): Promise<void> {
        if (paths.length === 0) return;
        const { sdk, client } = await load();
        const { Errors = [] } = await client.send(
          new sdk.DeleteObjectsCommand({
            Bucket: settings.name,
            Delete: { Objects: paths.map((path) => ({ Key: keyOf(path) })), Quiet: true },
          }),
        );
        if (Errors[0]) throw new Error(`The object store kept ${Errors.length} objects: ${Errors[0].Code}`);
      },

      async put(path: string, bytes: Uint8Array, mediaType: string): Promise<void> {
        const { sdk, client } = await load();
        await client.send(
          new sdk.PutObjectCommand({
            Bucket: settings.name,
            Key: keyOf(path),
            Body: bytes,
            ContentType: mediaType,
          }),
        );
      },
    };
  }

  return { scope };
}

function explainChange(sdk: typeof import('@aws-sdk/client-s3'), path: string, error: unknown): unknown {
  const code = error instanceof sdk.S3ServiceException ? error.name : undefined;
  return code === 'NoSuchKey' || code === 'PreconditionFailed'
    ? new ObjectChangedError(`The object ${path} was removed or replaced.`, { cause: error })
    : error;
}

/** The tenant and path of an object key; undefined when it is not a tenant's. */
export function parseObjectKey(key: string): { tenantId: string; path: string } | undefined {
  const match = /^tenants\/([^/]+)\/(.+)$/.exec(key);
  return match?.[1] && match[2] ? { tenantId: match[1], path: match[2] } : undefined;
}
