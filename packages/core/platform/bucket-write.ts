import type { S3Client } from '@aws-sdk/client-s3';

/** Bytes of a part but the last; S3 takes 5 MiB and more, and 10,000 of them. */
const PART_BYTES = 8 * 1024 * 1024;

/** Objects whose size is known only when they are written: no more than a part of them is held in memory. */
export function openWriter(settings: {
  readonly bucket: string;
  readonly load: () => Promise<{ sdk: typeof import('@aws-sdk/client-s3'); client: S3Client }>;
  readonly keyOf: (path: string) => string;
}) {
  /**
   * Writes an object of bytes as they come. Nothing is written when there are none, and nothing seen before all are there.
   * @returns how many bytes it has
   */
  return async (path: string, bytes: AsyncIterable<Uint8Array>, mediaType: string): Promise<number> => {
    const { sdk, client } = await settings.load();
    const place = { Bucket: settings.bucket, Key: settings.keyOf(path) };
    const parts: { PartNumber: number; ETag: string | undefined }[] = [];
    let [uploadId, size]: [string | undefined, number] = [undefined, 0];
    try {
      for await (const { body, isLast } of cutParts(bytes)) {
        size += body.length;
        if (isLast && uploadId === undefined) {
          await client.send(new sdk.PutObjectCommand({ ...place, Body: body, ContentType: mediaType }));
          return size;
        }
        uploadId ??= (
          await client.send(new sdk.CreateMultipartUploadCommand({ ...place, ContentType: mediaType }))
        ).UploadId;
        const part = { UploadId: uploadId, PartNumber: parts.length + 1 };
        const { ETag } = await client.send(new sdk.UploadPartCommand({ ...place, ...part, Body: body }));
        parts.push({ PartNumber: part.PartNumber, ETag });
      }
      if (uploadId === undefined) return 0;
      const whole = { UploadId: uploadId, MultipartUpload: { Parts: parts } };
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...place, ...whole }));
      return size;
    } catch (error) {
      // What stays behind when this fails too, the bucket's lifecycle clears away.
      if (uploadId !== undefined) {
        const given = { ...place, UploadId: uploadId };
        await client.send(new sdk.AbortMultipartUploadCommand(given)).catch(() => undefined);
      }
      throw error;
    }
  };
}

/** The bytes in parts that the store takes; none without bytes. */
async function* cutParts(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly body: Buffer; readonly isLast: boolean }> {
  let [pieces, pending]: [Uint8Array[], number] = [[], 0];
  for await (const piece of bytes) {
    if (pending >= PART_BYTES && piece.length > 0) {
      yield { body: Buffer.concat(pieces), isLast: false };
      [pieces, pending] = [[], 0];
    }
    pieces.push(piece);
    pending += piece.length;
  }
  if (pending > 0) yield { body: Buffer.concat(pieces), isLast: true };
}
