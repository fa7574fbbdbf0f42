import type { Clock } from '../clock.ts';

/** Timers cannot run longer; a later deadline is waited for in turns. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Lets receivers sleep until their queue may have something for them: no polling in between. */
export interface Waiting {
  /** Wakes everyone who waits on the queue. */
  wake(queue: string): void;
  /**
   * Resolves when the queue is woken, when `nextAt` (a message becomes visible) or `until` is reached, or when
   * `signal` aborts. Never rejects. Times are the clock's.
   */
  wait(queue: string, nextAt: number | undefined, until: number, signal: AbortSignal): Promise<void>;
}

export function createWaiting(clock: Clock): Waiting {
  const sleepers = new Map<string, Set<() => void>>();

  function wait(
    queue: string,
    nextAt: number | undefined,
    until: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const delay = Math.min(Math.max(0, Math.min(nextAt ?? until, until) - clock()), LONGEST_TIMER_MS);
      const mine = sleepers.get(queue) ?? new Set();
      sleepers.set(queue, mine);
      const finish = (): void => {
        clearTimeout(timer);
        mine.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, delay);
      mine.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  return {
    wait,
    wake: (queue) => {
      for (const finish of [...(sleepers.get(queue) ?? [])]) finish();
    },
  };
}
