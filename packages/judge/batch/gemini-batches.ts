import type { BatchJob, GenerateContentConfig, GoogleGenAI, Part } from '@google/genai';
import { type CallSetting, describeFailure } from '../models/call.ts';
import { pick } from '../models/failed-response.ts';
import { ModelError } from '../models/model-error.ts';
import type { ModelQuestion, ModelReply } from '../models/vision-model.ts';
import type { BatchProtocol } from './batch-protocol.ts';
import type { BatchAnswer, BatchLimits, BatchStatus } from './batch-service.ts';
import { readLines } from './read-lines.ts';

/** Google's guide to batches: 2 GB a file. It states no number of requests; this is Vertex AI's. */
const LIMITS: BatchLimits = { requests: 200_000, bytes: 2_000_000_000 };
/** A request to create a batch is kept below 20 MB with all it holds; larger ones go as a file. */
const INLINE_BYTES = 18_000_000;
const PAGE = 100;

const ENDED: ReadonlySet<string> = new Set([
  'JOB_STATE_SUCCEEDED',
  'JOB_STATE_PARTIALLY_SUCCEEDED',
  'JOB_STATE_FAILED',
  'JOB_STATE_CANCELLED',
  'JOB_STATE_EXPIRED',
]);

export interface GeminiBatchOptions {
  readonly setting: CallSetting;
  /** The provider's id of the model. */
  readonly model: string;
  /** Base of the API, without its version. */
  readonly baseUrl: string;
  readonly version: string;
  readonly open: (fetchOnce: typeof fetch) => Promise<GeminiClient>;
  readonly writeParts: (question: ModelQuestion) => Part[];
  readonly readBody: (body: unknown) => Omit<ModelReply, 'latencyMs'>;
}

export interface GeminiClient {
  readonly sdk: GoogleGenAI;
  readonly fetch: typeof fetch;
}

/** A line as it stands in a file. */
interface Line {
  readonly key: string;
  readonly request: {
    readonly contents: readonly { readonly role: string; readonly parts: Part[] }[];
    readonly generationConfig: Readonly<Record<string, unknown>>;
  };
}

/** The Gemini API's batches: small ones within the request, others as a file. The name is the batch's display name. */
export function createGeminiBatches(options: GeminiBatchOptions): BatchProtocol<GeminiClient> {
  const { model, setting, open } = options;
  return {
    limits: LIMITS,
    open,
    writeLine: (key, question, parameters) => {
      const contents = [{ role: 'user', parts: options.writeParts(question) }];
      return JSON.stringify({ key, request: { contents, generationConfig: parameters } } satisfies Line);
    },
    submit: async ({ sdk }, name, lines, signal) => {
      const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
      const src = bytes <= INLINE_BYTES ? writeInline(lines) : await uploadLines(sdk, name, lines, signal);
      const config = { displayName: name, abortSignal: signal };
      return describeJob(await sdk.batches.create({ model, src, config }));
    },
    // In which order is not stated.
    list: ({ sdk }, _since, signal) => listJobs(sdk, signal),
    poll: async ({ sdk }, id, signal) =>
      describeJob(await sdk.batches.get({ name: id, config: { abortSignal: signal } })),
    collect: async (client, id, signal) => {
      const { dest } = await client.sdk.batches.get({ name: id, config: { abortSignal: signal } });
      if (dest?.fileName) {
        const text = await download(options, client, dest.fileName, signal);
        return readLines(text, (line) => readAnswer(options, line));
      }
      return (dest?.inlinedResponses ?? []).flatMap((line) => readAnswer(options, line) ?? []);
    },
    cancel: ({ sdk }, id, signal) => sdk.batches.cancel({ name: id, config: { abortSignal: signal } }),
    // Files end by themselves after two days.
    discard: ({ sdk }, id, signal) => sdk.batches.delete({ name: id, config: { abortSignal: signal } }),
  };
  async function uploadLines(
    sdk: GoogleGenAI,
    name: string,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<{ fileName: string }> {
    const file = new Blob([`${lines.join('\n')}\n`], { type: 'application/jsonl' });
    const config = { displayName: name, mimeType: 'application/jsonl', abortSignal: signal };
    const { name: fileName } = await sdk.files.upload({ file, config });
    if (!fileName) throw new ModelError('BAD_RESPONSE', `${setting.provider} gave the file no name.`);
    return { fileName };
  }
}

function writeInline(lines: readonly string[]) {
  const inlinedRequests = lines.map((line) => {
    const { key, request } = JSON.parse(line) as Line;
    const config = request.generationConfig as GenerateContentConfig;
    return { contents: [...request.contents], config, metadata: { key } };
  });
  return { inlinedRequests };
}

/** The SDK's own download writes to a path. */
async function download(
  { baseUrl, version, setting }: GeminiBatchOptions,
  { fetch: fetchOnce }: GeminiClient,
  fileName: string,
  signal: AbortSignal,
): Promise<string> {
  const url = `${baseUrl.replace(/\/+$/, '')}/download/${version}/${fileName}:download?alt=media`;
  const response = await fetchOnce(url, { headers: { 'x-goog-api-key': setting.apiKey }, signal });
  if (!response.ok) throw new Error(`The file was answered with ${response.status}.`);
  return response.text();
}

async function* listJobs(sdk: GoogleGenAI, signal: AbortSignal): AsyncGenerator<BatchStatus> {
  const jobs = await sdk.batches.list({ config: { pageSize: PAGE, abortSignal: signal } });
  for await (const job of jobs) yield describeJob(job);
}

/** The SDK passes no counts on. */
function describeJob({ name, displayName, state }: BatchJob): BatchStatus {
  const status: string = state ?? 'JOB_STATE_UNSPECIFIED';
  if (!name) throw new ModelError('BAD_RESPONSE', 'The provider gave the batch no name.');
  return {
    id: name,
    name: displayName,
    status,
    isEnded: ENDED.has(status),
    answered: undefined,
    failed: undefined,
    refusal:
      status === 'JOB_STATE_FAILED'
        ? new ModelError('OVERLOADED', 'The provider says that the batch as a whole has failed.')
        : undefined,
  };
}

/** Reads `{key, response}` and `{key, error}` of a file, and the same with `metadata.key` of a request's own answers. */
function readAnswer({ setting, readBody }: GeminiBatchOptions, line: unknown): BatchAnswer | undefined {
  const key = pick(line, 'key') ?? pick(line, 'metadata', 'key');
  if (typeof key !== 'string') return undefined;
  try {
    const body = pick(line, 'response');
    if (body !== undefined && body !== null) return { key, reply: { ...readBody(body), latencyMs: 0 } };
    const error = pick(line, 'error');
    const status = HTTP_STATUS[Number(pick(error, 'code'))] ?? 500;
    throw describeFailure(setting, { status, headers: new Headers(), body: { error }, text: '' });
  } catch (error) {
    if (error instanceof ModelError) return { key, error };
    throw error;
  }
}

/** Errors of lines carry the codes of google.rpc.Code. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  13: 500,
  14: 503,
  16: 401,
};
