import { type Chunk, locatePack, type Pack, readLines } from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { ModelError, type ModelErrorCode } from '@loupe/judge';
import type { BatchAnswer, KnownAnswer } from '@loupe/judge/batch';

/** What batches brought, pack by pack, in objects of their own: writing one again writes the same. */

interface StoredReply {
  readonly key: string;
  readonly reply: NonNullable<KnownAnswer['reply']>;
}

interface StoredFailure {
  readonly key: string;
  readonly code: ModelErrorCode;
  readonly message: string;
  readonly status?: number | undefined;
  readonly parameter?: string | undefined;
}

type StoredAnswer = StoredReply | StoredFailure;

/** The answers to a chunk's questions, and which of them are at a provider. */
export interface AnswerBook {
  readonly find: (model: string, key: string) => KnownAnswer | undefined;
  /** Whether a batch that has not ended asks it. */
  readonly isAsked: (model: string, key: string) => boolean;
  /** The keys of a pack. */
  readonly listKeys: (pack: Pack) => Promise<readonly string[]>;
  /** Writes down what a pack is about to ask, before anybody is asked. */
  readonly noteKeys: (pack: Pack, keys: readonly string[]) => Promise<void>;
  /** Writes down what a pack brought. */
  readonly noteAnswers: (pack: Pack, answers: readonly BatchAnswer[]) => Promise<void>;
}

export async function openAnswers(
  scope: TenantScope,
  evaluationId: string,
  { position, work }: Chunk,
): Promise<AnswerBook> {
  const known = new Map<string, KnownAnswer>();
  const asked = new Map<string, readonly string[]>();
  const locate = (pack: Pack, part: 'keys' | 'answers') => locatePack(evaluationId, position, pack.id, part);

  function add(model: string, answers: readonly StoredAnswer[]): void {
    for (const answer of answers) {
      const at = name(model, answer.key);
      const { reply, failures = [] } = known.get(at) ?? {};
      // A provider that answers twice is taken at its first word.
      if (reply) continue;
      if ('reply' in answer) known.set(at, { reply: answer.reply, failures });
      else known.set(at, { failures: [...failures, readFailure(answer)] });
    }
  }

  for (const pack of work?.packs ?? []) {
    if (pack.state === 'ENDED')
      add(pack.model, await readLines<StoredAnswer>(scope, locate(pack, 'answers')));
    else asked.set(pack.id, await readKeys(pack));
  }
  const isAsked = new Set<string>();
  for (const pack of work?.packs ?? []) {
    for (const key of asked.get(pack.id) ?? []) isAsked.add(name(pack.model, key));
  }

  async function readKeys(pack: Pack): Promise<readonly string[]> {
    return readLines<string>(scope, locate(pack, 'keys'));
  }

  return {
    find: (model, key) => known.get(name(model, key)),
    isAsked: (model, key) => isAsked.has(name(model, key)),
    listKeys: async (pack) => asked.get(pack.id) ?? readKeys(pack),
    noteKeys: async (pack, keys) => {
      await writeAll(scope, locate(pack, 'keys'), keys);
      asked.set(pack.id, keys);
      for (const key of keys) isAsked.add(name(pack.model, key));
    },
    noteAnswers: async (pack, answers) => {
      const stored = answers.map(writeAnswer);
      await writeAll(scope, locate(pack, 'answers'), stored);
      for (const key of asked.get(pack.id) ?? []) isAsked.delete(name(pack.model, key));
      add(pack.model, stored);
    },
  };
}

function name(model: string, key: string): string {
  return `${model} ${key}`;
}

function writeAnswer(answer: BatchAnswer): StoredAnswer {
  if ('reply' in answer) return answer;
  const { code, message, status, parameter } = answer.error;
  return { key: answer.key, code, message, status, parameter };
}

function readFailure({ code, message, status, parameter }: StoredFailure): ModelError {
  return new ModelError(code, message, {
    ...(status !== undefined && { status }),
    ...(parameter !== undefined && { parameter }),
  });
}

async function writeAll(scope: TenantScope, path: string, lines: readonly unknown[]): Promise<void> {
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  await scope.bucket.put(path, Buffer.from(text), 'application/x-ndjson');
}
