import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 8;
const WAIT_MS = 100;

/** A GET that is met with another try when the connection breaks or the answer is 5xx, as every client of S3's does. */
export async function fetchPatiently(
  url: string,
): Promise<{ status: number; bytes: Uint8Array; headers: Headers }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status < 500 || attempt === TRIES)
        return { status: response.status, bytes, headers: response.headers };
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
    await sleep(WAIT_MS * attempt);
  }
}
