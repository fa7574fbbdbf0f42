import type OpenAI from 'openai';
import { type CallSetting, describeFailure } from '../models/call.ts';
import { pick } from '../models/failed-response.ts';
import { ModelError } from '../models/model-error.ts';
import type { ModelQuestion, ModelReply } from '../models/vision-model.ts';
import type { BatchProtocol } from './batch-protocol.ts';
import type { BatchAnswer, BatchLimits, BatchStatus } from './batch-service.ts';
import { readLines } from './read-lines.ts';

/** OpenAI's guide to batches: 50,000 requests and 200 MB a file. */
const LIMITS: BatchLimits = { requests: 50_000, bytes: 200_000_000 };
/** Whoever collects late finds the files for so long; afterwards nothing of a customer's stays with the provider. */
const FILES_KEPT_SECONDS = 3 * 86_400;
const NAME = 'loupe_pack';
const PAGE = 100;
/** The provider's clock may be behind. */
const CLOCKS_APART_MS = 3_600_000;

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);

export interface OpenAiBatchOptions {
  readonly setting: CallSetting;
  readonly endpoint: '/v1/chat/completions' | '/v1/responses';
  readonly open: (fetchOnce: typeof fetch) => Promise<OpenAI>;
  readonly writeBody: (question: ModelQuestion, parameters: Readonly<Record<string, unknown>>) => object;
  readonly readBody: (body: unknown) => Omit<ModelReply, 'latencyMs'>;
}

/** OpenAI's Batch API: a file of requests in, files of answers and of errors out. The name is in the batch's metadata. */
export function createOpenAiBatches(options: OpenAiBatchOptions): BatchProtocol<OpenAI> {
  const { setting, endpoint, open } = options;
  return {
    limits: LIMITS,
    open,
    writeLine: (key, question, parameters) =>
      JSON.stringify({
        custom_id: key,
        method: 'POST',
        url: endpoint,
        body: options.writeBody(question, parameters),
      }),
    submit: async (sdk, name, lines, signal) => {
      const { toFile } = await import('openai');
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      const file = await sdk.files.create(
        {
          file: await toFile(bytes, `${name}.jsonl`, { type: 'application/jsonl' }),
          purpose: 'batch',
          expires_after: { anchor: 'created_at', seconds: FILES_KEPT_SECONDS },
        },
        { signal },
      );
      const batch = await sdk.batches.create(
        {
          input_file_id: file.id,
          endpoint,
          completion_window: '24h',
          metadata: { [NAME]: name },
          output_expires_after: { anchor: 'created_at', seconds: FILES_KEPT_SECONDS },
        },
        { signal },
      );
      return describeBatch(setting, batch);
    },
    list: (sdk, since, signal) => listBatches(sdk, setting, since, signal),
    poll: async (sdk, id, signal) => describeBatch(setting, await sdk.batches.retrieve(id, { signal })),
    collect: async (sdk, id, signal) => {
      const { output_file_id, error_file_id } = await sdk.batches.retrieve(id, { signal });
      const texts = [];
      for (const file of [output_file_id, error_file_id]) {
        if (file) texts.push(await (await sdk.files.content(file, { signal })).text());
      }
      return texts.flatMap((text) => readLines(text, (line) => readAnswer(options, line)));
    },
    cancel: (sdk, id, signal) => sdk.batches.cancel(id, { signal }),
    discard: async (sdk, id, signal) => {
      const { input_file_id, output_file_id, error_file_id } = await sdk.batches.retrieve(id, { signal });
      for (const file of [input_file_id, output_file_id, error_file_id]) {
        if (file) await sdk.files.delete(file, { signal });
      }
    },
  };
}

async function* listBatches(
  sdk: OpenAI,
  setting: CallSetting,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<BatchStatus> {
  for await (const batch of sdk.batches.list({ limit: PAGE }, { signal })) {
    if (1000 * batch.created_at < since - CLOCKS_APART_MS) return;
    yield describeBatch(setting, batch);
  }
}

function describeBatch(setting: CallSetting, batch: OpenAI.Batch): BatchStatus {
  const { id, status, request_counts: counts, metadata } = batch;
  return {
    id,
    name: metadata?.[NAME],
    status,
    isEnded: ENDED.has(status),
    answered: counts?.completed,
    failed: counts?.failed,
    refusal: status === 'failed' ? describeRefusal(setting, batch) : undefined,
  };
}

/** The first error of a batch that was not taken. `token_limit_exceeded`: too much is enqueued already. */
function describeRefusal(setting: CallSetting, { errors }: OpenAI.Batch): ModelError {
  const [error] = errors?.data ?? [];
  if (error?.code === 'token_limit_exceeded') {
    return new ModelError('RATE_LIMITED', `${setting.provider} has no room for the batch: ${error.message}`);
  }
  return describeFailure(setting, { status: 400, headers: new Headers(), body: { error }, text: '' });
}

/** Reads `{custom_id, response: {status_code, body}, error: {code, message}}`, of which one is null. */
function readAnswer({ setting, readBody }: OpenAiBatchOptions, line: unknown): BatchAnswer | undefined {
  const key = pick(line, 'custom_id');
  if (typeof key !== 'string') return undefined;
  try {
    const status = pick(line, 'response', 'status_code');
    if (typeof status !== 'number') throw describeLoss(pick(line, 'error'));
    const body = pick(line, 'response', 'body');
    if (status !== 200) throw describeFailure(setting, { status, headers: new Headers(), body, text: '' });
    return { key, reply: { ...readBody(body), latencyMs: 0 } };
  } catch (error) {
    if (error instanceof ModelError) return { key, error };
    throw error;
  }
}

/** A request that was not carried out: `batch_expired`, `batch_cancelled`, or a fault of the provider's. */
function describeLoss(error: unknown): ModelError {
  const code = pick(error, 'code');
  const message = String(pick(error, 'message') ?? 'The request was not carried out.');
  if (code === 'batch_expired') return new ModelError('TIMEOUT', message);
  if (code === 'batch_cancelled') return new ModelError('ABORTED', message);
  return new ModelError('OVERLOADED', message);
}
