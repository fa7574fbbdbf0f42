import * as z from 'zod/mini';

/** The variables that say which providers of models there are. */
export const providerVariables = {
  OPENAI_API_KEY: z.optional(z.string()),
  LOUPE_OPENAI_BASE_URL: z.optional(z.url()),
  /** Which of OpenAI's protocols is spoken; chat without it. */
  LOUPE_OPENAI_API: z.optional(z.enum(['chat', 'responses'])),
  AZURE_OPENAI_API_KEY: z.optional(z.string()),
  /** Of the resource, e.g. `https://example.openai.azure.com`. */
  AZURE_OPENAI_ENDPOINT: z.optional(z.url()),
  AZURE_OPENAI_API_VERSION: z.optional(z.string().check(z.regex(/^\d{4}-\d\d-\d\d(?:-preview)?$/))),
  GEMINI_API_KEY: z.optional(z.string()),
  LOUPE_GEMINI_BASE_URL: z.optional(z.url()),
  LOUPE_VERTEX_API_KEY: z.optional(z.string()),
  /** A service account's key file, or a workload identity configuration, as JSON. */
  LOUPE_VERTEX_CREDENTIALS: z.optional(z.string()),
  LOUPE_VERTEX_PROJECT: z.optional(z.string()),
  LOUPE_VERTEX_LOCATION: z.optional(z.string().check(z.regex(/^[a-z0-9-]{1,40}$/))),
  LOUPE_VERTEX_BASE_URL: z.optional(z.url()),
  /** `{"<model>": {"inputUsd": 2, "cachedInputUsd": 0.1, "outputUsd": 10}}`, USD per million tokens. */
  LOUPE_MODEL_PRICES: z.optional(z.string()),
};

const schema = z.object(providerVariables);

const price = z.object({
  inputUsd: z.number().check(z.gte(0)),
  outputUsd: z.number().check(z.gte(0)),
  cachedInputUsd: z.optional(z.number().check(z.gte(0))),
  cacheWriteUsd: z.optional(z.number().check(z.gte(0))),
});

export type ConfiguredPrice = z.infer<typeof price>;

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
export function readProviders(values: z.infer<typeof schema>): ProviderSettings {
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
    prices: parseJson('LOUPE_MODEL_PRICES', values.LOUPE_MODEL_PRICES, z.record(z.string(), price)) ?? {},
  };
}

function readVertex(values: z.infer<typeof schema>): ProviderSettings['vertex'] {
  const credentials = parseJson(
    'LOUPE_VERTEX_CREDENTIALS',
    values.LOUPE_VERTEX_CREDENTIALS,
    z.record(z.string(), z.unknown()),
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
function parseJson<T extends z.ZodMiniType>(
  name: string,
  text: string | undefined,
  form: T,
): z.infer<T> | undefined {
  if (text === undefined) return undefined;
  try {
    return z.parse(form, JSON.parse(text));
  } catch {
    throw new Error(
      `The environment is incomplete. ${name}: not JSON of the form that the guide to models says.`,
    );
  }
}
