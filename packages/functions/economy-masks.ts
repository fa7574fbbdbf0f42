import { createHash } from 'node:crypto';
import { type Chunk, type Evaluation, locateMasks } from '@loupe/core/evaluation';
import { ObjectChangedError, type TenantScope } from '@loupe/core/platform';
import { MasksError, type PictureTools } from '@loupe/judge';
import { type Segmentation, segmentPicture } from './segmenter.ts';

/** What a segmenter gave for a picture: labels as pairs of a label and how often it follows, or why it gave none. */
type StoredMasks =
  | {
      readonly widthPx: number;
      readonly heightPx: number;
      readonly count: number;
      readonly runs: readonly number[];
    }
  | { readonly error: string };

/**
 * Masks for the pictures of a chunk that is judged in batches. A question is made when it is packed, and once more when its answer
 * is read, hours later: what was drawn and what the numbers stand for have to be the same, so what was made is kept.
 */
export function keepMasks(
  scope: TenantScope,
  { id }: Evaluation,
  { position }: Chunk,
): PictureTools['segment'] {
  return async (picture, most, signal) => {
    const digest = createHash('sha256').update(picture.bytes).digest('hex');
    const path = locateMasks(id, position, `${digest}-${most}`);
    const stored = await read(scope, path);
    if (stored) return open(stored);
    try {
      const masks = await segmentPicture(scope, picture, most, signal);
      await write(scope, path, pack(masks));
      return masks;
    } catch (error) {
      if (error instanceof MasksError) await write(scope, path, { error: error.message });
      throw error;
    }
  };
}

async function read(scope: TenantScope, path: string): Promise<StoredMasks | undefined> {
  try {
    return JSON.parse(Buffer.from(await scope.bucket.get(path)).toString()) as StoredMasks;
  } catch (error) {
    if (error instanceof ObjectChangedError) return undefined;
    throw error;
  }
}

function write(scope: TenantScope, path: string, masks: StoredMasks): Promise<void> {
  return scope.bucket.put(path, Buffer.from(JSON.stringify(masks)), 'application/json');
}

function pack({ widthPx, heightPx, count, labels }: Segmentation): StoredMasks {
  const runs: number[] = [];
  let from = 0;
  for (let at = 1; at <= labels.length; at++) {
    if (at < labels.length && labels[at] === labels[from]) continue;
    runs.push(labels[from] ?? 0, at - from);
    from = at;
  }
  return { widthPx, heightPx, count, runs };
}

/** @throws MasksError when there were none */
function open(stored: StoredMasks): Segmentation {
  if ('error' in stored) throw new MasksError(stored.error);
  const { widthPx, heightPx, count, runs } = stored;
  const labels = new Uint16Array(widthPx * heightPx);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const length = runs[i + 1] ?? 0;
    labels.fill(runs[i] ?? 0, at, at + length);
    at += length;
  }
  return { widthPx, heightPx, count, labels };
}
