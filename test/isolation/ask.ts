import type { Call } from './calls.ts';

/** What came back of a raw request. */
export interface Answer {
  readonly status: number;
  /** Without what differs from request to request. */
  readonly body: string;
}

/** Sends one call with a credential; without one when it is undefined. */
export async function ask(url: string, apiKey: string | undefined, call: Call): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ query: call.document, variables: call.variables }),
  });
  const body = (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '"requestId":"…"');
  return { status: response.status, body };
}
