import { afterAll, beforeAll, beforeEach } from 'vitest';
import * as geminiServer from '../../../../test/fixtures/model-servers/gemini-server.ts';
import type {
  ModelServer,
  ModelServerOptions,
} from '../../../../test/fixtures/model-servers/model-server.ts';
import * as openAiServer from '../../../../test/fixtures/model-servers/openai-server.ts';
import type { RecordedRequest } from '../../../../test/fixtures/model-servers/scripted-server.ts';
import { ANSWER_SCHEMA } from '../../prompts/format-part.ts';
import { createModel, type ModelConfig } from '../create-model.ts';
import type { ModelError } from '../model-error.ts';
import type { ModelQuestion, ModelReply, VisionModel } from '../vision-model.ts';

/** The key of every server here. */
export const KEY = 'sk-test-0123456789';
export const REFERENCE = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
export const QUERY = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

/** A provider's adapter with the server it is tested against. */
export interface Contestant {
  readonly name: string;
  readonly model: string;
  /** What stands in the reply's `modelVersion`. */
  readonly version: string;
  /** Where the content parts stand: R reference, Q query, T text. */
  readonly order: string;
  readonly start: (options?: Partial<ModelServerOptions>) => Promise<ModelServer>;
  /** A parameter this protocol has, which a model may refuse. */
  readonly refusable: string;
  readonly configure: (baseUrl: string, apiKey: string) => Omit<ModelConfig, 'clock'>;
  readonly readContent: (request: RecordedRequest) => (string | Uint8Array)[];
  readonly countPromptTokens: (body: unknown) => number;
}

const { countPromptTokens, readContent, startOpenAiServer } = openAiServer;
const OPENAI = { order: 'TRQ', version: 'gpt-5.4-2026-04-23', countPromptTokens, readContent } as const;
const GOOGLE = {
  order: 'RQT',
  version: 'gemini-3.8-flash-002',
  refusable: 'responseJsonSchema',
  start: (options?: Partial<ModelServerOptions>) =>
    geminiServer.startGeminiServer({ apiKey: KEY, models: ['gemini-3.8-flash'], ...options }),
  countPromptTokens: geminiServer.countPromptTokens,
  readContent: geminiServer.readContent,
} as const;

function startOpenAi(azure: boolean) {
  return (options?: Partial<ModelServerOptions>) =>
    startOpenAiServer({ apiKey: KEY, models: ['gpt-5.4'], azure, ...options });
}

export const CONTESTANTS: readonly Contestant[] = [
  {
    ...OPENAI,
    name: 'openai, Chat Completions',
    model: 'gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openai: { apiKey, baseUrl } }),
  },
  {
    ...OPENAI,
    name: 'openai, Responses',
    model: 'gpt-5.4',
    refusable: 'text',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openai: { apiKey, baseUrl, api: 'RESPONSES' } }),
  },
  {
    ...OPENAI,
    name: 'azure, a version of the API',
    model: 'azure/gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(true),
    configure: (baseUrl, apiKey) => ({ azure: { apiKey, baseUrl, apiVersion: '2026-08-01' } }),
  },
  {
    ...OPENAI,
    name: 'azure, v1',
    model: 'azure/gpt-5.4',
    refusable: 'text',
    start: startOpenAi(true),
    configure: (baseUrl, apiKey) => ({ azure: { apiKey, baseUrl, api: 'RESPONSES' } }),
  },
  {
    ...OPENAI,
    name: 'openai-compatible',
    model: 'openai-compatible/gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openaiCompatible: { apiKey, baseUrl } }),
  },
  {
    ...GOOGLE,
    name: 'gemini',
    model: 'gemini-3.8-flash',
    configure: (baseUrl, apiKey) => ({ gemini: { apiKey, baseUrl } }),
  },
  {
    ...GOOGLE,
    name: 'vertex',
    model: 'vertex/gemini-3.8-flash',
    configure: (baseUrl, apiKey) => ({ vertex: { apiKey, baseUrl } }),
  },
];

export const question: ModelQuestion = {
  text: 'Is it normal?',
  images: [
    { role: 'reference', view: 0, mediaType: 'image/jpeg', bytes: REFERENCE, widthPx: 1, heightPx: 1 },
    { role: 'query', view: 0, mediaType: 'image/png', bytes: QUERY, widthPx: 1, heightPx: 1 },
  ],
  maxTokens: 300,
  schema: ANSWER_SCHEMA,
};

/** What the tests of one adapter need. */
export interface Contest {
  readonly server: () => ModelServer;
  /** The adapter of another key, id or time-out. */
  readonly create: (apiKey: string, id: string, timeoutMs?: number) => VisionModel;
  /** Asks `question`; of the contestant's model, made anew for each test, unless another one is named. */
  readonly ask: (asked?: VisionModel, signal?: AbortSignal) => Promise<ModelReply>;
  /** The same, for a question that has to fail. @throws Error when it is answered */
  readonly askInVain: (asked?: VisionModel, signal?: AbortSignal) => Promise<ModelError>;
  readonly model: () => VisionModel;
}

/** Starts the contestant's server for the tests around it, and stops it after them. */
export function openContest(contestant: Contestant): Contest {
  let server: ModelServer;
  let model: VisionModel;

  beforeAll(async () => {
    server = await contestant.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    model = create(KEY, contestant.model);
  });

  function create(apiKey: string, id: string, timeoutMs = 5000): VisionModel {
    return createModel(id, { ...contestant.configure(server.baseUrl, apiKey), timeoutMs, clock: () => 1000 });
  }

  function ask(asked = model, signal = new AbortController().signal): Promise<ModelReply> {
    return asked.ask(question, signal);
  }

  async function askInVain(asked = model, signal = new AbortController().signal): Promise<ModelError> {
    return ask(asked, signal).then(
      (reply) => Promise.reject(new Error(`answered ${JSON.stringify(reply)}`)),
      (error: ModelError) => error,
    );
  }

  return { server: () => server, create, ask, askInVain, model: () => model };
}
