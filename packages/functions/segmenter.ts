import { openSegmenter } from '@loupe/core/connection';
import type { TenantScope } from '@loupe/core/platform';
import { exchangeSafely } from '@loupe/core/webhook';
import { MasksError, type Picture, readMasks } from '@loupe/judge';
import { describeReader } from './step.ts';

/** What a segmenter is given and may give; its contract is docs/guides/segmenter.md. */
export const SEGMENTER_LIMITS = {
  /** Longest side of the picture that is sent: what SAM looks at. */
  sidePx: 1024,
  answerMs: 20_000,
  answerBytes: 8 * 2 ** 20,
} as const;

/** Where a segmenter is, and its key. */
export interface Segmenter {
  readonly url: string;
  readonly apiKey: string;
}

/** What a picture's masks are; `labels` lie row by row. */
export type Segmentation = ReturnType<typeof readMasks>;

/**
 * The masks of a picture by the tenant's segmenter.
 * @throws MasksError with a message of ours, whatever the segmenter said
 */
export async function segmentPicture(
  scope: TenantScope,
  picture: Picture,
  most: number,
  signal: AbortSignal,
): Promise<Segmentation> {
  const segmenter = await openSegmenter(scope, describeReader());
  if (!segmenter) throw new MasksError('none is connected');
  const { resizePicture } = await import('@loupe/vision/pictures');
  const { sidePx } = SEGMENTER_LIMITS;
  const sent = await resizePicture(picture, { widthPx: sidePx, heightPx: sidePx });
  return askSegmenter(segmenter, sent, most, { development: scope.stage === 'local', signal });
}

/** One request of the contract. @throws MasksError */
export async function askSegmenter(
  { url, apiKey }: Segmenter,
  { bytes, mediaType, widthPx, heightPx }: Picture,
  most: number,
  { development, signal }: { readonly development: boolean; readonly signal?: AbortSignal },
): Promise<Segmentation> {
  const image = Buffer.from(bytes).toString('base64');
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const { answerMs, answerBytes } = SEGMENTER_LIMITS;
  const answer = await exchangeSafely(
    url,
    headers,
    JSON.stringify({ image, mediaType, widthPx, heightPx, maxMasks: most }),
    { development, timeoutMs: answerMs, maxBytes: answerBytes, ...(signal && { signal }) },
  ).catch((error: unknown) => {
    throw new MasksError('it could not be reached', { cause: error });
  });
  if (answer.status !== 200) throw new MasksError(`it answered ${answer.status}`);
  if (!answer.isWhole) throw new MasksError(`its answer broke off, or has more than ${answerBytes} bytes`);
  return readMasks(parse(answer.body), { widthPx, heightPx }, most);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MasksError('its answer is no JSON', { cause: error });
  }
}
