import type { S3Client } from '@aws-sdk/client-s3';
import { presign, type SigningScope } from './signing.ts';

/** A part that the object store has. */
export interface StoredPart {
  /** From 1. */
  readonly number: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly etag: string;
}

/** A request that uploads one part and nothing else. */
export interface SignedPart {
  readonly number: number;
  readonly method: 'PUT';
  readonly url: string;
  /** To be sent with exactly these values. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** The store knows no such upload: it was completed, given up, or never begun. */
export class UploadGoneError extends Error {
  override readonly name = 'UploadGoneError';
}

const PART_SECONDS = 3600;

/** Objects that come in parts (S3's multipart uploads); every part carries its own SHA-256. */
export function openUploads(settings: {
  readonly bucket: string;
  readonly load: () => Promise<{ sdk: typeof import('@aws-sdk/client-s3'); client: S3Client }>;
  readonly signingScope: () => Promise<SigningScope>;
  readonly keyOf: (path: string) => string;
  readonly addressOf: (path: string) => URL;
}) {
  const { bucket, load, signingScope, keyOf, addressOf } = settings;

  return {
    /** @returns the store's id of the upload */
    async begin(path: string, contentType: string): Promise<string> {
      const { sdk, client } = await load();
      const { UploadId } = await client.send(
        new sdk.CreateMultipartUploadCommand({
          Bucket: bucket,
          Key: keyOf(path),
          ContentType: contentType,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      if (!UploadId) throw new Error('The object store began an upload without an id.');
      return UploadId;
    },

    /** Lets its holder send part `number`: exactly these bytes, until `until` (epoch ms) or for an hour. */
    async signPart(
      path: string,
      uploadId: string,
      part: { readonly number: number; readonly bytes: number; readonly sha256: string },
      until: number,
    ): Promise<SignedPart> {
      const scope = await signingScope();
      const url = addressOf(path);
      url.searchParams.set('partNumber', String(part.number));
      url.searchParams.set('uploadId', uploadId);
      const checksum = Buffer.from(part.sha256, 'hex').toString('base64');
      const ends = scope.credentials.expiration?.getTime() ?? until;
      const seconds = Math.max(
        1,
        Math.min(PART_SECONDS, Math.floor((Math.min(until, ends) - scope.now) / 1000)),
      );
      const headers = { 'x-amz-checksum-sha256': checksum };
      // Whoever sends a body says its length; a browser lets nobody else set this header.
      const signed = { ...headers, 'content-length': String(part.bytes) };
      return {
        number: part.number,
        method: 'PUT',
        url: presign(scope, { method: 'PUT', url, headers: signed }, seconds),
        headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
        expiresAt: scope.now + seconds * 1000,
      };
    },

    /** @throws UploadGoneError */
    async listParts(path: string, uploadId: string): Promise<StoredPart[]> {
      const { sdk, client } = await load();
      const parts: StoredPart[] = [];
      let after: string | undefined;
      try {
        do {
          const page = await client.send(
            new sdk.ListPartsCommand({
              Bucket: bucket,
              Key: keyOf(path),
              UploadId: uploadId,
              PartNumberMarker: after,
            }),
          );
          for (const { PartNumber, Size, ETag, ChecksumSHA256 } of page.Parts ?? [])
            parts.push({
              number: PartNumber ?? 0,
              bytes: Size ?? 0,
              etag: ETag ?? '',
              sha256: Buffer.from(ChecksumSHA256 ?? '', 'base64').toString('hex'),
            });
          after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
        } while (after !== undefined);
      } catch (error) {
        throw explainGone(sdk, error);
      }
      return parts;
    },

    /** Makes the object of its parts. Doing so again does no harm. @throws UploadGoneError */
    async complete(path: string, uploadId: string, parts: readonly StoredPart[]): Promise<void> {
      const { sdk, client } = await load();
      try {
        await client.send(
          new sdk.CompleteMultipartUploadCommand({
            Bucket: bucket,
            Key: keyOf(path),
            UploadId: uploadId,
            MpuObjectSize: parts.reduce((sum, { bytes }) => sum + bytes, 0),
            MultipartUpload: {
              Parts: parts.map(({ number, etag, sha256 }) => ({
                PartNumber: number,
                ETag: etag,
                ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
              })),
            },
          }),
        );
      } catch (error) {
        throw explainGone(sdk, error);
      }
    },

    /** Forgets the parts. One that is gone already stays gone. */
    async abort(path: string, uploadId: string): Promise<void> {
      const { sdk, client } = await load();
      try {
        await client.send(
          new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: keyOf(path), UploadId: uploadId }),
        );
      } catch (error) {
        if (!(explainGone(sdk, error) instanceof UploadGoneError)) throw error;
      }
    },
  };
}

function explainGone(sdk: typeof import('@aws-sdk/client-s3'), error: unknown): unknown {
  return error instanceof sdk.S3ServiceException && error.name === 'NoSuchUpload'
    ? new UploadGoneError('The object store knows no such upload.', { cause: error })
    : error;
}
