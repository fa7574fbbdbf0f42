import type { CheckProvider } from '@loupe/core/connection';
import { MasksError } from '@loupe/judge';
import { config } from './environment.ts';
import { platform } from './platform.ts';
import { askSegmenter } from './segmenter.ts';

const TIMEOUT_MS = 10_000;
const OPENAI = 'https://api.openai.com/v1';
const GEMINI = 'https://generativelanguage.googleapis.com';
/** A white square of 32 px on black. */
const TEST_PICTURE = {
  mediaType: 'image/png',
  widthPx: 64,
  heightPx: 64,
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAABlBMVEX///8AAABVwtN+AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGElEQVQoz2P4DwUMg4bBAASjDNyMQRVfAGtyfpBbaRBCAAAAAElFTkSuQmCC',
    'base64',
  ),
} as const;

/** Asks whether a key is taken: a provider of models for its list of them, a segmenter for the masks of a test picture. */
export const checkProvider: CheckProvider = async ({ provider, url }, apiKey) => {
  if (provider === 'segmenter') return checkSegmenter({ url: url ?? '', apiKey });
  const request =
    provider === 'openai'
      ? {
          url: `${config.providers.openai.baseUrl ?? OPENAI}/models`,
          headers: { authorization: `Bearer ${apiKey}` },
        }
      : {
          url: `${config.providers.gemini.baseUrl ?? GEMINI}/v1beta/models`,
          headers: { 'x-goog-api-key': apiKey },
        };
  try {
    const response = await fetch(request.url, {
      headers: request.headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return { isWorking: true, detail: 'The provider took the key.' };
    return { isWorking: false, detail: `The provider answered ${response.status}.` };
  } catch {
    return { isWorking: false, detail: 'The provider could not be reached.' };
  }
};

async function checkSegmenter(segmenter: Parameters<typeof askSegmenter>[0]) {
  try {
    const { count } = await askSegmenter(segmenter, TEST_PICTURE, 10, {
      development: platform.stage === 'local',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { isWorking: true, detail: `The segmenter gave ${count} masks of a white square on black.` };
  } catch (error) {
    if (!(error instanceof MasksError)) throw error;
    return { isWorking: false, detail: `The segmenter gave no masks: ${error.message}.` };
  }
}
