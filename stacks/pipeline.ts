import { resources } from '../packages/core/platform/resources.ts';
import { findFunction } from './functions.ts';
import { findQueue } from './queues.ts';

for (const source of resources.eventSources) {
  findQueue(source.queue).subscribe(findFunction(source.function).arn, {
    batch: {
      size: source.batchSize,
      window: `${source.batchWindowSeconds} seconds`,
      partialResponses: true,
    },
    transform: {
      eventSourceMapping: { scalingConfig: { maximumConcurrency: source.maximumConcurrency } },
    },
  });
}
