import type { Store } from './store.ts';

/** Puts an event in a queue. It may throw: the event is offered again until it returns. */
export type Publish = (queueName: string, body: string) => void | Promise<void>;
export type Outbox = ReturnType<typeof openOutbox>;

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 5_000;
const PAGE = 100;

/**
 * Publishes, at least once, the messages committed together with the change they tell of: a row goes only after
 * `publish` has succeeded. A queue that refuses does not hold up the others.
 */
export function openOutbox(store: Store, publish: Publish) {
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;

  /** True when every message could be published. */
  async function publishPass(): Promise<boolean> {
    const refusing = new Set<string>();
    let rows = store.listMessages(0, PAGE);
    while (rows.length > 0) {
      for (const { id, queue, body } of rows) {
        if (isClosed) return true;
        if (refusing.has(queue)) continue;
        try {
          await publish(queue, body);
          store.removeMessage(id);
        } catch {
          refusing.add(queue);
        }
      }
      rows = store.listMessages(rows.at(-1)?.id ?? 0, PAGE);
    }
    return refusing.size === 0;
  }

  async function run(): Promise<void> {
    while (isAsked && !isClosed) {
      isAsked = false;
      if (await publishPass()) {
        retryMs = FIRST_RETRY_MS;
        continue;
      }
      clearTimeout(retry);
      retry = setTimeout(wake, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  /** Says that messages may be waiting. */
  function wake(): void {
    isAsked = true;
    if (running || isClosed) return;
    running = run().finally(() => {
      running = undefined;
      if (isAsked) wake();
    });
  }

  return {
    wake,
    /** Waits for the message in hand; what is left is published at the next open. */
    async close(): Promise<void> {
      isClosed = true;
      clearTimeout(retry);
      await running;
      clearTimeout(retry);
    },
  };
}
