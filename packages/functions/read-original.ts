import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TenantScope } from '@loupe/core/platform';
import { locateOriginal, type Sample } from '@loupe/core/sample';
import type { ConversionSource } from '@loupe/vision/worker';

/** What was put together of parts is not what was announced. */
export class ChecksumMismatchError extends Error {
  override readonly name = 'ChecksumMismatchError';
}

/**
 * Hands a sample's file to its conversion: in memory, or, when it came in parts, on disk: it may be too large for
 * two processes to hold.
 * The object store has checked the content of what came in one piece; of parts it is checked here.
 * @throws ObjectChangedError when the file was removed or replaced; ChecksumMismatchError
 */
export async function withOriginal<T>(
  scope: TenantScope,
  { id, bytes, etag, parts, sha256 }: Sample,
  use: (source: ConversionSource) => Promise<T>,
): Promise<T> {
  const path = locateOriginal(id);
  if (!parts) return use(await scope.bucket.get(path, etag === undefined ? {} : { etag }));
  const folder = await mkdtemp(join(tmpdir(), 'loupe-original-'));
  try {
    const file = join(folder, 'original');
    const found = await scope.bucket.download(path, file, etag);
    if (sha256 !== undefined && sha256 !== found)
      throw new ChecksumMismatchError(`The ${bytes} bytes have the SHA-256 ${found}, not ${sha256}.`);
    return await use({ path: file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
