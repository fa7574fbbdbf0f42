import { resources } from '../packages/core/platform/resources.ts';
import { renderComponentName } from './component-name.ts';
import { renderAccountName } from './names.ts';

const queues = new Map<string, sst.aws.Queue>();

for (const { name } of resources.queues) findQueue(name);

/**
 * The queue of the resource list with that name, made at the first call.
 * @throws Error when the list has none
 */
export function findQueue(name: string): sst.aws.Queue {
  const queue = queues.get(name) ?? createQueue(name);
  queues.set(name, queue);
  return queue;
}

function createQueue(name: string): sst.aws.Queue {
  const declared = resources.queues.find((queue) => queue.name === name);
  if (!declared) throw new Error(`The resource list has no queue "${name}".`);
  const { deadLetter } = declared;
  return new sst.aws.Queue(`${renderComponentName(name)}Queue`, {
    visibilityTimeout: `${declared.visibilityTimeoutSeconds} seconds`,
    ...(deadLetter && { dlq: { queue: findQueue(deadLetter.queue).arn, retry: deadLetter.maxReceiveCount } }),
    transform: {
      queue: {
        name: renderAccountName(name),
        messageRetentionSeconds: declared.retentionSeconds,
        sqsManagedSseEnabled: true,
      },
    },
  });
}
