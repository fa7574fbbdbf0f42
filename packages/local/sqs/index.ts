import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueueResource } from '@loupe/core/resources';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { checkSize } from './checks.ts';
import { createMoveTasks } from './move-tasks.ts';
import { answerRequest } from './protocol.ts';
import { formatQueueUrl, type Service } from './service.ts';
import { openStore, type Store, type StoredMessage } from './store.ts';
import { createWaiting, type Waiting } from './waiting.ts';

export { startEventSourceMapping } from './event-source-mapping.ts';

export interface SqsOptions {
  /** Folder of `sqs.db`; made when missing. */
  readonly dataDir: string;
  readonly region: string;
  readonly accountId: string;
  readonly queues: readonly QueueResource[];
  readonly clock: Clock;
  readonly faults?: Faults;
  /** Origin in the queue URLs it hands out, e.g. `http://127.0.0.1:4003`. */
  readonly endpointBase: string;
}

interface EnqueueOptions {
  readonly delaySeconds?: number;
  readonly groupId?: string;
}

export interface Sqs {
  /** Answers one request of the AWS JSON 1.0 protocol. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Sends a message from inside the process. Throws `SqsError`. */
  enqueue(queueName: string, body: string, options?: EnqueueOptions): StoredMessage;
  formatUrl(queueName: string): string;
  /** What an event source mapping polls. */
  readonly store: Store;
  readonly waiting: Waiting;
  close(): void;
}

/** Opens the queues on disk; every message of an earlier run is still there. */
export function openSqs(options: SqsOptions): Sqs {
  const { clock, accountId, endpointBase } = options;
  const waiting = createWaiting(clock);
  const store = openStore({ ...options, onChange: waiting.wake });
  const closing = new AbortController();
  const moveTasks = createMoveTasks(store, clock, closing.signal);
  const service: Service = { store, waiting, moveTasks, clock, accountId, endpointBase, purgedAt: new Map() };

  return {
    store,
    waiting,
    handle: (request, response) => {
      void answerRequest(service, request, response, closing.signal);
    },
    enqueue: (queueName, body, rest = {}) => {
      const [stored] = store.send(queueName, [checkSize({ body, ...rest })]);
      if (stored === undefined) throw new Error('The store answered nothing for a message.');
      return stored;
    },
    formatUrl: (queueName) => formatQueueUrl(service, queueName),
    close: () => {
      closing.abort();
      store.close();
    },
  };
}
