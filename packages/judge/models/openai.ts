import { AsyncLocalStorage } from 'node:async_hooks';
import type OpenAI from 'openai';
import { createOpenAiBatches } from '../batch/openai-batches.ts';
import type { CallSetting } from './call.ts';
import { listChatParameters, readCompletion, writeMessages } from './openai-chat.ts';
import { createOpenAiClient, type OpenAiServer } from './openai-client.ts';
import { describeOpenAiFailure } from './openai-failure.ts';
import { RESPONSE_PARAMETERS, readResponse, writeInput } from './openai-responses.ts';
import { createProviderModel, type OneCall } from './provider-model.ts';
import type { Clock, ModelQuestion, ModelTraits, VisionModel } from './vision-model.ts';

/** Which of OpenAI's two protocols is spoken. */
export type OpenAiApi = 'CHAT' | 'RESPONSES';

export interface OpenAiOptions extends OpenAiServer {
  /** Loupe's id of the model. */
  readonly id: string;
  /** The provider's id of the model, or the name of an Azure deployment. */
  readonly model: string;
  readonly provider: string;
  /** Default CHAT, which more servers speak. */
  readonly api?: OpenAiApi;
  readonly traits: ModelTraits;
  readonly clock: Clock;
}

/** The `fetch` of the call under way: a client of its own for each call would cost a twentieth of its processor time. */
const fetches = new AsyncLocalStorage<typeof fetch>();
const fetchOfCall: typeof fetch = (input, init) => (fetches.getStore() ?? fetch)(input, init);

/**
 * A model behind OpenAI's Chat Completions or Responses, at OpenAI, Azure, or any server that speaks them. Content in
 * the order of arXiv 2403.11083: text, references, query. Parameters a model refuses are dropped and stay dropped for
 * the life of the adapter.
 */
export function createOpenAiModel(options: OpenAiOptions): VisionModel {
  const { id, traits, model, provider, apiKey, timeoutMs, clock } = options;
  const setting: CallSetting = { provider, apiKey, timeoutMs, clock, read: describeOpenAiFailure };
  const connect = () => createOpenAiClient(options, fetchOfCall);
  const common = { id, traits, setting, connect };
  const forBatches = {
    setting,
    open: async (fetchOnce: typeof fetch) => (await connect()).withOptions({ fetch: fetchOnce }),
  };
  if (options.api === 'RESPONSES') {
    const read = (response: unknown) => readResponse(setting, response);
    return createProviderModel<OpenAI>({
      ...common,
      parameters: RESPONSE_PARAMETERS,
      send: (sdk, question, call) => sendResponse(sdk, model, question, call),
      read,
      batches: createOpenAiBatches({
        ...forBatches,
        endpoint: '/v1/responses',
        writeBody: (question, parameters) => writeResponseBody(model, question, parameters),
        readBody: read,
      }),
    });
  }
  const read = (completion: unknown) => readCompletion(setting, completion);
  const isCompatible = options.baseUrl !== undefined && options.azure === undefined;
  return createProviderModel<OpenAI>({
    ...common,
    parameters: listChatParameters(isCompatible),
    send: (sdk, question, call) => sendChat(sdk, model, question, call),
    read,
    batches: createOpenAiBatches({
      ...forBatches,
      endpoint: '/v1/chat/completions',
      writeBody: (question, parameters) => writeChatBody(model, question, parameters),
      readBody: read,
    }),
  });
}

type Parameters = Readonly<Record<string, unknown>>;

function writeChatBody(model: string, question: ModelQuestion, parameters: Parameters) {
  return { model, messages: writeMessages(question), ...parameters };
}

/** `store: false`: nothing of a customer's stays with the provider. */
function writeResponseBody(model: string, question: ModelQuestion, parameters: Parameters) {
  return { model, store: false, input: writeInput(question), ...parameters };
}

function sendChat(sdk: OpenAI, model: string, question: ModelQuestion, call: OneCall): Promise<unknown> {
  const body = writeChatBody(model, question, call.parameters);
  return fetches.run(call.fetch, () => sdk.chat.completions.create(body, { signal: call.signal }));
}

function sendResponse(sdk: OpenAI, model: string, question: ModelQuestion, call: OneCall): Promise<unknown> {
  const body = writeResponseBody(model, question, call.parameters);
  return fetches.run(call.fetch, () => sdk.responses.create(body, { signal: call.signal }));
}
