import type { EventSourceResource } from '@loupe/core/resources';
import type { SQSEvent } from 'aws-lambda';
import type { Clock } from '../clock.ts';
import { readFailures } from './batch-response.ts';
import { describeEvent } from './event-record.ts';
import type { ReceivedMessage } from './message.ts';
import { parseReceipt } from './receipt.ts';
import type { Store } from './store.ts';
import type { Waiting } from './waiting.ts';

/** Lambda's limit on an invocation's payload; the mapping stops a batch below it. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const RETRY_MS = 1000;

export interface EventSourceMappingOptions {
  readonly source: EventSourceResource;
  readonly store: Store;
  readonly waiting: Waiting;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** Runs the function and returns its answer; throws when the function failed or timed out. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly log: (line: string) => void;
}

export interface EventSourceMapping {
  /** Stops polling at once. Batches in flight are left to their visibility timeout. */
  stop(): void;
}

/**
 * Polls one queue for one function, as Lambda does: at most `maximumConcurrency` invocations at a time, messages
 * deleted only after the function succeeded, `batchItemFailures` kept, everything kept when the function failed.
 * It sleeps until a message is sent or becomes visible. Throws for a batch size or window that Lambda refuses.
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const { source, store, waiting, clock } = options;
  checkSource(source);
  const stopping = new AbortController();
  const origin = {
    queueArn: store.formatArn(source.queue),
    region: options.region,
    senderId: options.accountId,
  };
  let running = 0;
  let announceFree: () => void = () => undefined;

  async function waitForSlot(): Promise<void> {
    while (running >= source.maximumConcurrency && !stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        announceFree = resolve;
      });
    }
  }

  function receive(max: number): ReceivedMessage[] {
    return stopping.signal.aborted ? [] : store.receive(source.queue, { max, held: true });
  }

  /** Waits for a first message, then for a full batch or the end of the window. */
  async function gather(): Promise<ReceivedMessage[]> {
    const batch = receive(source.batchSize);
    while (batch.length === 0 && !stopping.signal.aborted) {
      await waitForMessages(Number.POSITIVE_INFINITY);
      batch.push(...receive(source.batchSize));
    }
    const end = clock() + source.batchWindowSeconds * 1000;
    while (batch.length < source.batchSize && clock() < end && !stopping.signal.aborted) {
      if (sumBytes(batch) >= MAX_PAYLOAD_BYTES / 2) break;
      await waitForMessages(end);
      batch.push(...receive(source.batchSize - batch.length));
    }
    return batch;
  }

  function waitForMessages(until: number): Promise<void> {
    return waiting.wait(source.queue, store.findNextVisibleAt(source.queue), until, stopping.signal);
  }

  async function run(batch: readonly ReceivedMessage[]): Promise<void> {
    const failed = await findFailed(batch);
    // The process is stopping: the answer came from a function that was cut off.
    if (stopping.signal.aborted) return;
    for (const message of batch) {
      const receipt = parseReceipt(message.receiptHandle, source.queue);
      if (failed === 'all' || failed.has(message.messageId)) store.letGo(receipt);
      else store.remove(receipt);
    }
  }

  async function findFailed(batch: readonly ReceivedMessage[]): Promise<ReadonlySet<string> | 'all'> {
    try {
      const answer = await options.invoke(describeEvent(batch, origin));
      const failed = readFailures(answer, new Set(batch.map(({ messageId }) => messageId)));
      if (failed === 'all') {
        options.log(
          `${source.queue}: the batch response is malformed; the whole batch will be delivered again.`,
        );
      }
      return failed;
    } catch (error) {
      if (!stopping.signal.aborted) {
        const reason = describeReason(error);
        options.log(`${source.queue}: the function failed, the batch will be delivered again: ${reason}`);
      }
      return 'all';
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await waitForSlot();
        for (const batch of splitByBytes(await gather())) {
          await waitForSlot();
          running += 1;
          void run(batch)
            .catch(logTrouble)
            .finally(() => {
              running -= 1;
              announceFree();
            });
        }
      } catch (error) {
        logTrouble(error);
        await waiting.wait(source.queue, undefined, clock() + RETRY_MS, stopping.signal);
      }
    }
  }

  /** The store itself failed, e.g. on a full disk; what it held comes again after its visibility timeout. */
  function logTrouble(error: unknown): void {
    options.log(`${source.queue}: the queue could not be read or written: ${describeReason(error)}`);
  }

  void poll();
  return {
    stop: () => {
      stopping.abort();
      announceFree();
    },
  };
}

/** The limits of CreateEventSourceMapping. */
function checkSource({ queue, batchSize, batchWindowSeconds }: EventSourceResource): void {
  const refuse = (reason: string) => new Error(`The event source of the queue ${queue}: ${reason}.`);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10_000) {
    throw refuse('batchSize must be a whole number from 1 to 10000');
  }
  if (!(batchWindowSeconds >= 0 && batchWindowSeconds <= 300)) {
    throw refuse('batchWindowSeconds must be from 0 to 300');
  }
  if (batchSize > 10 && batchWindowSeconds < 1) {
    throw refuse('batchWindowSeconds must be at least 1 when batchSize is over 10');
  }
}

function describeReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sumBytes(batch: readonly ReceivedMessage[]): number {
  return batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
}

/** A batch of ten messages of 1 MiB is over the payload limit; Lambda sends it in parts. */
function splitByBytes(batch: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const parts: ReceivedMessage[][] = [];
  let bytes = 0;
  for (const message of batch) {
    // A body is escaped inside the event's JSON; its own JSON length says by how much.
    const size = Buffer.byteLength(JSON.stringify(message.body)) + 4096;
    const last = parts.at(-1);
    if (last === undefined || bytes + size > MAX_PAYLOAD_BYTES) {
      parts.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return parts;
}
