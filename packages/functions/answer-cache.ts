import { createHash } from 'node:crypto';
import { ConditionFailedError, type TenantScope } from '@loupe/core/platform';
import { linkAnswer } from '@loupe/core/sample';
import { keepVerdictToken, type ModelQuestion, type ModelReply, type VisionModel } from '@loupe/judge';

/** A tenant's earlier answers, by all that was asked. */

const OWNER = 'answer';
const LIFE_MS = 30 * 86_400_000;
/** Longer answers are rare and would make large rows. */
const MAX_TEXT = 32_768;

type Kept = Pick<ModelReply, 'text' | 'modelVersion' | 'tokens'>;

interface Row {
  readonly rev: number;
  readonly reply: Kept;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Model, prompt, pictures and parameters; `vote` tells apart the votes of one sample. */
export function digestCall(model: VisionModel, question: ModelQuestion, vote: number): string {
  const { images, ...rest } = question;
  const hash = createHash('sha256').update(JSON.stringify([model.id, vote, rest]));
  for (const { bytes, ...image } of images) hash.update(JSON.stringify([image, bytes.length])).update(bytes);
  return hash.digest('hex');
}

/** An answer that was given to the same call before; it uses no tokens. */
export async function findAnswer(scope: TenantScope, digest: string): Promise<ModelReply | undefined> {
  const row = await scope.table.getAttached<Row>(OWNER, digest, '#');
  if (!row || row.expiresAt <= scope.clock()) return undefined;
  return {
    ...row.reply,
    finish: 'complete',
    usage: { inputTokens: 0, outputTokens: 0 },
    latencyMs: 0,
  };
}

/** Keeps a whole answer for 30 days, or until the sample that was shown is deleted. */
export async function keepAnswer(
  scope: TenantScope,
  sampleId: string,
  digest: string,
  reply: ModelReply,
): Promise<void> {
  if (reply.finish !== 'complete' || reply.text.length > MAX_TEXT) return;
  const earlier = await scope.table.getAttached<Row>(OWNER, digest, '#');
  const expiresAt = scope.clock() + LIFE_MS;
  // Of the probabilities only that of the verdict is ever read.
  const tokens = keepVerdictToken(reply.text, reply.tokens);
  const row: Row = {
    rev: (earlier?.rev ?? 0) + 1,
    reply: {
      text: reply.text,
      ...(reply.modelVersion !== undefined && { modelVersion: reply.modelVersion }),
      ...(tokens && { tokens }),
    },
    expiresAt,
  };
  const options = { ttl: Math.ceil(expiresAt / 1000), replaces: earlier?.rev };
  try {
    await scope.table.transact([
      scope.table.attach(OWNER, digest, '#', row, options),
      linkAnswer(scope, sampleId, digest),
    ]);
  } catch (error) {
    // Somebody else kept an answer to the same call at the same time.
    if (!(error instanceof ConditionFailedError)) throw error;
  }
}
