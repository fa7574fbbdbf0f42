export interface RetryOptions {
  readonly signal?: AbortSignal;
  /** How often a broken connection or a fault of the other side is met with another try; default 4. */
  readonly retries?: number;
  /** Wait before the first of them, in ms, doubled for each; default 250. */
  readonly backoffMs?: number;
}

/**
 * Runs until it succeeds, fails for good, or has failed too often without getting on.
 * @param isFinal whether another try would end the same
 * @param hasProgressed whether the last try got on although it failed: then the count begins anew
 */
export async function retry<T>(
  run: () => Promise<T>,
  { signal, retries = 4, backoffMs = 250 }: RetryOptions,
  isFinal: (error: unknown) => boolean,
  hasProgressed: () => boolean = () => false,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (hasProgressed()) attempt = 0;
      if (isFinal(error) || attempt >= retries || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs * 2 ** attempt));
    }
  }
}
