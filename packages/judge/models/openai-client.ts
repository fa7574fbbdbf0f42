import type OpenAI from 'openai';

/** Where OpenAI's protocol is spoken. */
export interface OpenAiServer {
  readonly apiKey: string;
  /** Base of an OpenAI-compatible API, e.g. `http://127.0.0.1:8000/v1`; of Azure, the resource's address. */
  readonly baseUrl?: string;
  /** Set for Azure OpenAI. Without a version its `/openai/v1` is used, which needs none. */
  readonly azure?: { readonly apiVersion?: string };
  readonly timeoutMs: number;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** Every setting the SDK would otherwise take from the environment is given, so that no host's key or URL leaks in. */
export async function createOpenAiClient(server: OpenAiServer, fetchOfCall: typeof fetch): Promise<OpenAI> {
  const { default: Client, AzureOpenAI } = await import('openai');
  const common = {
    apiKey: server.apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Ours ends the call with its body; the SDK's own timer stops at the headers.
    timeout: server.timeoutMs * 2,
    maxRetries: 0,
    logLevel: 'off',
    fetch: fetchOfCall,
  } as const;
  if (server.azure === undefined) return new Client({ ...common, baseURL: server.baseUrl ?? OPENAI_URL });
  const resource = (server.baseUrl ?? '').replace(/\/+$/, '');
  const { apiVersion } = server.azure;
  if (apiVersion !== undefined) {
    return new AzureOpenAI({ ...common, baseURL: `${resource}/openai`, apiVersion });
  }
  return new Client({
    ...common,
    baseURL: `${resource}/openai/v1`,
    // Azure takes a key here; its bearer tokens are Entra's.
    defaultHeaders: { authorization: null, 'api-key': server.apiKey },
  });
}
