import type { DatabaseSync } from 'node:sqlite';
import type { QueuedMessage } from './notifications.ts';

export type Publish = (queueName: string, body: string) => void | Promise<void>;

export interface Outbox {
  /** Writes messages inside the caller's transaction. */
  add(messages: readonly QueuedMessage[]): void;
  /** Says that messages may be waiting. */
  wake(): void;
  /** Waits for the message in hand; what is left is published at the next open. */
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 5_000;
const PAGE = 100;

interface OutboxRow extends QueuedMessage {
  readonly id: number;
}

/**
 * Messages committed together with the change they tell of, then published at least once: a row goes only after
 * `publish` has succeeded. A queue that refuses does not hold up the others.
 */
export function openOutbox(database: DatabaseSync, publish: Publish): Outbox {
  const insert = database.prepare('INSERT INTO outbox (queue, body) VALUES (?, ?)');
  const select = database.prepare('SELECT id, queue, body FROM outbox WHERE id > ? ORDER BY id LIMIT ?');
  const remove = database.prepare('DELETE FROM outbox WHERE id = ?');
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;

  /** True when a message could not be published. */
  async function publishPass(): Promise<boolean> {
    const refusing = new Set<string>();
    let last = 0;
    while (!isClosed) {
      const rows = select.all(last, PAGE) as unknown as OutboxRow[];
      if (rows.length === 0) break;
      for (const { id, queue, body } of rows) {
        if (isClosed) break;
        last = id;
        if (refusing.has(queue)) continue;
        try {
          await publish(queue, body);
          remove.run(id);
        } catch {
          refusing.add(queue);
        }
      }
    }
    return refusing.size > 0;
  }

  async function run(): Promise<void> {
    while (isAsked && !isClosed) {
      isAsked = false;
      const failed = await publishPass();
      if (!failed) {
        retryMs = FIRST_RETRY_MS;
        continue;
      }
      retry ??= setTimeout(() => {
        retry = undefined;
        wake();
      }, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  function wake(): void {
    isAsked = true;
    if (running || isClosed) return;
    running = run().finally(() => {
      running = undefined;
      if (isAsked) wake();
    });
  }

  return {
    add(messages) {
      for (const { queue, body } of messages) insert.run(queue, body);
    },
    wake,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await running;
    },
  };
}
