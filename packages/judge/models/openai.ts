import type OpenAI from 'openai';
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

/**
 * A model behind OpenAI's Chat Completions or Responses, at OpenAI, Azure, or any server that speaks them. Content in
 * the order of arXiv 2403.11083: text, references, query. Parameters a model refuses are dropped and stay dropped for
 * the life of the adapter.
 */
export function createOpenAiModel(options: OpenAiOptions): VisionModel {
  const { id, traits, model, provider, apiKey, timeoutMs, clock } = options;
  const setting: CallSetting = { provider, apiKey, timeoutMs, clock, read: describeOpenAiFailure };
  const common = { id, traits, setting, connect: () => createOpenAiClient(options) };
  if (options.api === 'RESPONSES') {
    return createProviderModel<OpenAI>({
      ...common,
      parameters: RESPONSE_PARAMETERS,
      send: (sdk, question, call) => sendResponse(sdk, model, question, call),
      read: (response) => readResponse(setting, response),
    });
  }
  const isCompatible = options.baseUrl !== undefined && options.azure === undefined;
  return createProviderModel<OpenAI>({
    ...common,
    parameters: listChatParameters(isCompatible),
    send: (sdk, question, call) => sendChat(sdk, model, question, call),
    read: (completion) => readCompletion(setting, completion),
  });
}

function sendChat(sdk: OpenAI, model: string, question: ModelQuestion, call: OneCall): Promise<unknown> {
  const body = { model, messages: writeMessages(question), ...call.parameters };
  return sdk.withOptions({ fetch: call.fetch }).chat.completions.create(body, { signal: call.signal });
}

/** `store: false`: nothing of a customer's stays with the provider. */
function sendResponse(sdk: OpenAI, model: string, question: ModelQuestion, call: OneCall): Promise<unknown> {
  const body = { model, store: false, input: writeInput(question), ...call.parameters };
  return sdk.withOptions({ fetch: call.fetch }).responses.create(body, { signal: call.signal });
}
