import * as v from 'valibot';
import { choice, pattern, url } from './variables.ts';

/** The variables that say which providers of models there are. */
export const providerVariables = {
  OPENAI_API_KEY: v.optional(v.string()),
  LOUPE_OPENAI_BASE_URL: v.optional(url),
  /** Which of OpenAI's protocols is spoken; chat without it. */
  LOUPE_OPENAI_API: v.optional(choice(['chat', 'responses'])),
  AZURE_OPENAI_API_KEY: v.optional(v.string()),
  /** Of the resource, e.g. `https://example.openai.azure.com`. */
  AZURE_OPENAI_ENDPOINT: v.optional(url),
  AZURE_OPENAI_API_VERSION: v.optional(
    pattern(/^\d{4}-\d\d-\d\d(?:-preview)?$/, '2026-01-31 or 2026-01-31-preview'),
  ),
  GEMINI_API_KEY: v.optional(v.string()),
  LOUPE_GEMINI_BASE_URL: v.optional(url),
  LOUPE_VERTEX_API_KEY: v.optional(v.string()),
  /** A service account's key file, or a workload identity configuration, as JSON. */
  LOUPE_VERTEX_CREDENTIALS: v.optional(v.string()),
  LOUPE_VERTEX_PROJECT: v.optional(v.string()),
  LOUPE_VERTEX_LOCATION: v.optional(
    pattern(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and hyphens, at most 40'),
  ),
  LOUPE_VERTEX_BASE_URL: v.optional(url),
  /** `{"<model>": {"inputUsd": 2, "cachedInputUsd": 0.1, "outputUsd": 10}}`, USD per million tokens. */
  LOUPE_MODEL_PRICES: v.optional(v.string()),
};

const schema = v.object(providerVariables);

const price = v.object({
  inputUsd: v.pipe(v.number(), v.minValue(0)),
  outputUsd: v.pipe(v.number(), v.minValue(0)),
  cachedInputUsd: v.optional(v.pipe(v.number(), v.minValue(0))),
  cacheWriteUsd: v.optional(v.pipe(v.number(), v.minValue(0))),
});

export type ConfiguredPrice = v.InferOutput<typeof price>;

export interface ProviderSettings {
  readonly openai: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string | undefined;
    readonly api: 'CHAT' | 'RESPONSES';
  };
  readonly azure:
    | { readonly apiKey: string; readonly baseUrl: string; readonly apiVersion: string | undefined }
    | undefined;
  readonly gemini: { readonly apiKey: string | undefined; readonly baseUrl: string | undefined };
  readonly vertex:
    | {
        readonly apiKey: string;
        readonly baseUrl: string | undefined;
        readonly project: string | undefined;
        readonly location: string | undefined;
        readonly credentials: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
  readonly prices: Readonly<Record<string, ConfiguredPrice>>;
}

/** @throws Error when a variable holds JSON that is none, or not of its form */
export function readProviders(values: v.InferOutput<typeof schema>): ProviderSettings {
  const azureKey = values.AZURE_OPENAI_API_KEY;
  const azureUrl = values.AZURE_OPENAI_ENDPOINT;
  return {
    openai: {
      apiKey: values.OPENAI_API_KEY,
      baseUrl: values.LOUPE_OPENAI_BASE_URL,
      api: values.LOUPE_OPENAI_API === 'responses' ? 'RESPONSES' : 'CHAT',
    },
    azure:
      azureKey !== undefined && azureUrl !== undefined
        ? { apiKey: azureKey, baseUrl: azureUrl, apiVersion: values.AZURE_OPENAI_API_VERSION }
        : undefined,
    gemini: { apiKey: values.GEMINI_API_KEY, baseUrl: values.LOUPE_GEMINI_BASE_URL },
    vertex: readVertex(values),
    prices: parseJson('LOUPE_MODEL_PRICES', values.LOUPE_MODEL_PRICES, v.record(v.string(), price)) ?? {},
  };
}

function readVertex(values: v.InferOutput<typeof schema>): ProviderSettings['vertex'] {
  const credentials = parseJson(
    'LOUPE_VERTEX_CREDENTIALS',
    values.LOUPE_VERTEX_CREDENTIALS,
    v.record(v.string(), v.unknown()),
  );
  if (values.LOUPE_VERTEX_API_KEY === undefined && credentials === undefined) return undefined;
  return {
    apiKey: values.LOUPE_VERTEX_API_KEY ?? '',
    baseUrl: values.LOUPE_VERTEX_BASE_URL,
    project: values.LOUPE_VERTEX_PROJECT,
    location: values.LOUPE_VERTEX_LOCATION,
    credentials,
  };
}

/** The value stays out of the message: it may be a secret. */
function parseJson<T extends v.GenericSchema>(
  name: string,
  text: string | undefined,
  form: T,
): v.InferOutput<T> | undefined {
  if (text === undefined) return undefined;
  try {
    return v.parse(form, JSON.parse(text));
  } catch {
    throw new Error(
      `The environment is incomplete. ${name}: not JSON of the form that the guide to models says.`,
    );
  }
}
