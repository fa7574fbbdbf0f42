import type { CheckProvider } from '@loupe/core/connection';
import { config } from './environment.ts';

const TIMEOUT_MS = 10_000;
const OPENAI = 'https://api.openai.com/v1';
const GEMINI = 'https://generativelanguage.googleapis.com';

/** Asks a provider for its list of models: the cheapest request that needs a key. */
export const checkProvider: CheckProvider = async (provider, apiKey) => {
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
