import { setTimeout as sleep } from 'node:timers/promises';

export interface Requests {
  readonly url: string;
  readonly apiKey: string;
  readonly query: string;
}

export interface Sent {
  readonly ms: number;
  /** HTTP status. */
  readonly status: number;
}

/** Sends requests at their times for a while, whether the earlier ones were answered or not. */
export async function sendAtRate(requests: Requests, perSecond: number, forMs: number): Promise<Sent[]> {
  const began = performance.now();
  const count = Math.round((perSecond * forMs) / 1000);
  return Promise.all(
    Array.from({ length: count }, async (_, position) => {
      await sleep(Math.max(0, began + (position * 1000) / perSecond - performance.now()));
      return sendOnce(requests);
    }),
  );
}

export async function sendOnce({ url, apiKey, query }: Requests): Promise<Sent> {
  const sentAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query }),
  });
  await response.arrayBuffer();
  return { ms: performance.now() - sentAt, status: response.status };
}
