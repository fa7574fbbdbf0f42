/** A response that is an error, kept whole since SDKs drop its headers or parts of its body. */
export interface FailedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
  readonly text: string;
}

const MAX_TEXT = 16_384;

/** A `fetch` for one call, the last error response it saw, and the headers of the last response. */
export function watchResponses(): {
  readonly fetch: typeof fetch;
  readonly lastFailure: () => FailedResponse | undefined;
  readonly lastHeaders: () => Headers;
} {
  let failure: FailedResponse | undefined;
  let headers = new Headers();
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      headers = response.headers;
      failure = response.ok ? undefined : await keep(response.clone());
      return response;
    },
    lastFailure: () => failure,
    lastHeaders: () => headers,
  };
}

async function keep(response: Response): Promise<FailedResponse> {
  const text = await response.text().catch(() => '');
  return {
    status: response.status,
    headers: response.headers,
    body: parse(text),
    text: text.slice(0, MAX_TEXT),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value at a path of keys, or undefined where the path ends early. */
export function pick(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
}
