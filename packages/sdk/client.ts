import { digestHex } from './digest-hex.ts';

/** A GraphQL error as the API answers it. */
export interface ApiErrorEntry {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly requestId?: string;
    readonly retryAfterMs?: number;
  };
}

/** The API refused or failed the request as a whole. Expected failures of a mutation are in its payload instead. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  readonly errors: readonly ApiErrorEntry[];

  constructor(status: number, errors: readonly ApiErrorEntry[]) {
    super(errors.map(({ message, extensions }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('; '));
    this.status = status;
    this.errors = errors;
  }
}

export interface Client {
  /**
   * Runs one operation and gives its `data`.
   * @throws ApiError when the answer has errors
   */
  readonly request: <T>(document: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;
}

export interface ClientOptions {
  /** Address of the API, e.g. `https://api.example.com/graphql`. */
  readonly url: string;
  /** API key, or the operator's. */
  readonly apiKey: string;
  readonly fetch?: typeof fetch;
  /** Names documents by their SHA-256 instead of sending them; the API knows those of the SDK alone. Default false. */
  readonly documentsById?: boolean;
}

export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch;
  return {
    async request<T>(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const response = await send(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${options.apiKey}` },
        body: JSON.stringify({
          ...(options.documentsById ? { documentId: await nameDocument(document) } : { query: document }),
          variables,
        }),
      });
      const text = await response.text();
      const { data, errors } = readAnswer<T>(response.status, text);
      if (errors && errors.length > 0) throw new ApiError(response.status, errors);
      if (data === undefined || data === null) {
        throw new ApiError(response.status, [
          { message: `The API answered without data: ${text.slice(0, 200)}` },
        ]);
      }
      return data;
    },
  };
}

async function nameDocument(document: string): Promise<string> {
  return `sha256:${await digestHex(new TextEncoder().encode(document))}`;
}

function readAnswer<T>(status: number, text: string): { data?: T | null; errors?: readonly ApiErrorEntry[] } {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(status, [{ message: `The API did not answer with JSON: ${text.slice(0, 200)}` }]);
  }
}
