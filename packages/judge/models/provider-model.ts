import { type BatchProtocol, createBatchService } from '../batch/batch-protocol.ts';
import { type Called, type CallSetting, callProvider } from './call.ts';
import { ModelError } from './model-error.ts';
import { createNegotiation, type Parameter } from './negotiation.ts';
import type { ModelQuestion, ModelReply, ModelTraits, VisionModel } from './vision-model.ts';

/** How one provider's protocol is spoken through its SDK. */
export interface Protocol<Sdk, BatchSdk> {
  readonly id: string;
  readonly traits: ModelTraits;
  readonly setting: CallSetting;
  readonly parameters: readonly Parameter[];
  /** Loads the SDK; called once, at the first question. */
  readonly connect: () => Promise<Sdk>;
  readonly send: (sdk: Sdk, question: ModelQuestion, call: OneCall) => Promise<unknown>;
  /** Reads the response; @throws ModelError when it is none. */
  readonly read: (response: unknown) => Omit<ModelReply, 'latencyMs'>;
  /** Where the provider takes batches. */
  readonly batches?: BatchProtocol<BatchSdk> | undefined;
}

export interface OneCall {
  /** The parameters that are still believed to be taken. */
  readonly parameters: Record<string, unknown>;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** The frame of every remote model: connect once, send, learn what is refused, read, take the time. */
export function createProviderModel<Sdk, BatchSdk = Sdk>(protocol: Protocol<Sdk, BatchSdk>): VisionModel {
  const { setting, traits } = protocol;
  const negotiation = createNegotiation(protocol.parameters);
  let connecting: Promise<Sdk> | undefined;

  async function ask(question: ModelQuestion, signal: AbortSignal): Promise<ModelReply> {
    connecting ??= protocol.connect();
    const sdk = await connecting;
    const start = setting.clock();
    const { result, quota } = await negotiate(sdk, question, signal);
    const latencyMs = setting.clock() - start;
    return { ...protocol.read(result), latencyMs, ...(quota && { quota }) };
  }

  async function negotiate(sdk: Sdk, question: ModelQuestion, signal: AbortSignal): Promise<Called<unknown>> {
    for (;;) {
      const parameters = negotiation.write(question);
      try {
        return await callProvider(setting, signal, (fetchOnce, within) =>
          protocol.send(sdk, question, { parameters, fetch: fetchOnce, signal: within }),
        );
      } catch (error) {
        if (!(error instanceof ModelError && negotiation.adapt(question, error))) throw error;
      }
    }
  }
  // Learnt by one call or one batch, known to all.
  const batches =
    protocol.batches && traits.capabilities?.batch
      ? { batches: createBatchService(protocol.batches, setting, negotiation) }
      : {};
  return { id: protocol.id, provider: setting.provider, traits, ask, ...batches };
}
