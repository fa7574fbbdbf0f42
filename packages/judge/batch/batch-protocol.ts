import { type CallSetting, callProvider } from '../models/call.ts';
import type { Negotiation } from '../models/negotiation.ts';
import type { ModelQuestion } from '../models/vision-model.ts';
import type { BatchAnswer, BatchLimits, BatchService, BatchStatus } from './batch-service.ts';

/** How one provider's batches are spoken through its SDK. */
export interface BatchProtocol<Sdk> {
  readonly limits: BatchLimits;
  /** A client that sends by this `fetch`. */
  readonly open: (fetchOnce: typeof fetch) => Promise<Sdk>;
  readonly writeLine: (
    key: string,
    question: ModelQuestion,
    parameters: Readonly<Record<string, unknown>>,
  ) => string;
  readonly submit: (
    sdk: Sdk,
    name: string,
    lines: readonly string[],
    signal: AbortSignal,
  ) => Promise<BatchStatus>;
  /** Those made at `since` or later, newest first; earlier ones may be among them. */
  readonly list: (sdk: Sdk, since: number, signal: AbortSignal) => AsyncIterable<BatchStatus>;
  readonly poll: (sdk: Sdk, id: string, signal: AbortSignal) => Promise<BatchStatus>;
  readonly collect: (sdk: Sdk, id: string, signal: AbortSignal) => Promise<readonly BatchAnswer[]>;
  readonly cancel: (sdk: Sdk, id: string, signal: AbortSignal) => Promise<unknown>;
  readonly discard: (sdk: Sdk, id: string, signal: AbortSignal) => Promise<unknown>;
}

/** Batches looked at for a name: more than a credential has within the days that a batch lives. */
const MOST_LISTED = 5000;

/** The frame of every provider's batches: one call at a time under a deadline, its failures as ModelError. */
export function createBatchService<Sdk>(
  protocol: BatchProtocol<Sdk>,
  setting: CallSetting,
  negotiation: Negotiation,
): BatchService {
  async function call<Result>(
    signal: AbortSignal,
    run: (sdk: Sdk, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { result } = await callProvider(setting, signal, async (fetchOnce, within) =>
      run(await protocol.open(fetchOnce), within),
    );
    return result;
  }

  async function find(sdk: Sdk, name: string, since: number, signal: AbortSignal): Promise<BatchStatus[]> {
    const found: BatchStatus[] = [];
    let listed = 0;
    for await (const batch of protocol.list(sdk, since, signal)) {
      if (batch.name === name) found.unshift(batch);
      if (++listed === MOST_LISTED) break;
    }
    return found;
  }

  return {
    limits: protocol.limits,
    writeLine: (key, question) => protocol.writeLine(key, question, negotiation.write(question)),
    learn: negotiation.learn,
    submit: (name, lines, signal) => call(signal, (sdk, within) => protocol.submit(sdk, name, lines, within)),
    find: (name, since, signal) => call(signal, (sdk, within) => find(sdk, name, since, within)),
    poll: (id, signal) => call(signal, (sdk, within) => protocol.poll(sdk, id, within)),
    collect: (id, signal) => call(signal, (sdk, within) => protocol.collect(sdk, id, within)),
    cancel: async (id, signal) => {
      await call(signal, (sdk, within) => protocol.cancel(sdk, id, within));
    },
    discard: async (id, signal) => {
      await call(signal, (sdk, within) => protocol.discard(sdk, id, within));
    },
  };
}
