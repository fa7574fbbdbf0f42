import { randomUUID } from 'node:crypto';
import type { QueueResource } from '@loupe/core/resources';
import type { Clock } from '../clock.ts';
import { type Input, readInteger, readString } from './checks.ts';
import { SqsError } from './errors.ts';
import type { Store } from './store.ts';

const MAX_PER_SECOND = 500;
const TICK_MS = 100;
const KEPT_TASKS = 10;

interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly toMove: number;
  readonly startedAt: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  moved: number;
  failureReason?: string;
}

export type MoveTasks = ReturnType<typeof createMoveTasks>;

/**
 * The redrive of dead-letter queues: one running task per queue, at most 500 messages a second. Tasks live in
 * memory; one that a stop cuts off leaves the rest of its messages where they are.
 * Source: Amazon SQS API Reference, StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask.
 */
export function createMoveTasks(store: Store, clock: Clock, closing: AbortSignal) {
  /** By the queue's name, the latest first. */
  const tasks = new Map<string, MoveTask[]>();

  function start(input: Input): object {
    const source = findQueue(input, 'SourceArn');
    const destination = input.DestinationArn === undefined ? undefined : findQueue(input, 'DestinationArn');
    const perSecond = readInteger(
      input,
      'MaxNumberOfMessagesPerSecond',
      1,
      MAX_PER_SECOND,
      'Must be between 1 and 500, if provided.',
    );
    if (!store.queues.some(({ deadLetter }) => deadLetter?.queue === source.name)) {
      throw refuse('Source queue must be configured as a Dead Letter Queue.');
    }
    const earlier = tasks.get(source.name) ?? [];
    if (earlier.some(({ status }) => status === 'RUNNING')) {
      throw refuse(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const sourceArn = store.formatArn(source.name);
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      sourceArn,
      ...(destination === undefined ? {} : { destinationArn: store.formatArn(destination.name) }),
      ...(perSecond === undefined ? {} : { perSecond }),
      toMove: store.count(source.name).visible,
      startedAt: clock(),
      status: 'RUNNING',
      moved: 0,
    };
    tasks.set(source.name, [task, ...earlier].slice(0, KEPT_TASKS));
    run(task, source.name, destination?.name);
    return { TaskHandle: task.handle };
  }

  /** Moves what the rate allows up to now, every tenth of a second, until no visible message is left. */
  function run(task: MoveTask, source: string, destination: string | undefined): void {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
      if (closing.aborted || task.status !== 'RUNNING') return clearInterval(timer);
      const allowed = Math.ceil(((task.perSecond ?? MAX_PER_SECOND) * ticks * TICK_MS) / 1000) - task.moved;
      if (allowed <= 0) return;
      const { moved, sourceUnknown } = store.move(source, destination, allowed);
      task.moved += moved;
      if (sourceUnknown)
        Object.assign(task, { status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' });
      else if (moved < allowed) task.status = 'COMPLETED';
    }, TICK_MS);
    closing.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  function list(input: Input): object {
    const max =
      readInteger(input, 'MaxResults', 1, KEPT_TASKS, 'Must be between 1 and 10, if provided.') ?? 1;
    return { Results: (tasks.get(findQueue(input, 'SourceArn').name) ?? []).slice(0, max).map(describeTask) };
  }

  function cancel(input: Input): object {
    const handle = readString(input, 'TaskHandle');
    const task = [...tasks.values()].flat().find((one) => one.handle === handle);
    if (task === undefined) throw new SqsError('ResourceNotFoundException', 'Task does not exist.');
    if (task.status !== 'RUNNING') throw refuse('Only active tasks can be cancelled.');
    task.status = 'CANCELLED';
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  function findQueue(input: Input, parameter: 'SourceArn' | 'DestinationArn'): QueueResource {
    const queue = store.findByArn(readString(input, parameter));
    if (queue !== undefined) return queue;
    throw new SqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  }

  return { start, list, cancel };
}

function refuse(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message);
}

function describeTask(task: MoveTask): object {
  return {
    ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
    Status: task.status,
    SourceArn: task.sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.perSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}
