import type { Clock } from '../clock.ts';
import { type Input, readString } from './checks.ts';
import { SqsError } from './errors.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Store } from './store.ts';
import type { Waiting } from './waiting.ts';

export interface Service {
  readonly store: Store;
  readonly waiting: Waiting;
  readonly moveTasks: MoveTasks;
  readonly clock: Clock;
  readonly accountId: string;
  readonly endpointBase: string;
  /** When each queue was last purged, by the clock. */
  readonly purgedAt: Map<string, number>;
}

/** One call: `signal` aborts when the client is gone or the service closes. */
export interface Call {
  readonly service: Service;
  readonly input: Input;
  readonly signal: AbortSignal;
}

export function formatQueueUrl({ endpointBase, accountId }: Service, queue: string): string {
  return `${endpointBase}/${accountId}/${queue}`;
}

/** The declared queue `QueueUrl` names; host and port are not compared, since the local port may change. */
export function findQueueName({ service, input }: Call): string {
  const url = readString(input, 'QueueUrl');
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const [account, name, ...rest] = path.split('/').filter((part) => part !== '');
  if (name === undefined || rest.length > 0 || account !== service.accountId) {
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
  return service.store.findQueue(name).name;
}
