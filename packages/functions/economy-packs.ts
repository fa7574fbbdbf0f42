import { type BatchWork, changePack, type Pack } from '@loupe/core/evaluation';
import { ModelError } from '@loupe/judge';
import type { BatchAnswer, BatchService, BatchStatus } from '@loupe/judge/batch';
import type { AnswerBook } from './economy-answers.ts';
import { computeCrowdedMs } from './economy-schedule.ts';
import { logError } from './log.ts';

/** A batch that its provider does not know so long after it was made is lost. */
const LOST_AFTER_MS = 10 * 60_000;
/** Providers end a batch within two days. One that is older, or for which there has been no room for so long, failed. */
const GIVE_UP_MS = 3 * 86_400_000;
/** Packs become no smaller than this for want of room. */
const LEAST_REQUESTS = 10;

/** What the steps of packs work with. */
export interface PackDesk {
  readonly findService: (model: string) => Promise<BatchService>;
  readonly clock: () => number;
  readonly openAnswers: () => Promise<AnswerBook>;
  readonly signal: AbortSignal;
  readonly read: () => BatchWork;
  /** Writes the work down, as long as the chunk is one's own. @throws when it is not */
  readonly keep: (work: BatchWork) => Promise<void>;
}

/** Sends a pack off. When nobody knows whether the provider has it, it stays PACKED. */
export async function submitPack(
  desk: PackDesk,
  pack: Pack,
  service: BatchService,
  lines: readonly string[],
): Promise<void> {
  try {
    await noteStatus(desk, pack, await service.submit(pack.id, lines, desk.signal));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.code === 'RATE_LIMITED') await endCrowded(desk, pack, error);
    else if (error.retryable || error.code === 'ABORTED') logError('economy.submit_unsure', error);
    else await endFailed(desk, pack, error);
  }
}

/**
 * Finds out whether the provider has a PACKED pack; if it has it twice, the older one counts.
 * @returns false when it has not
 */
export async function findPack(desk: PackDesk, pack: Pack): Promise<boolean> {
  const service = await desk.findService(pack.model);
  const [batch, ...others] = await service.find(pack.id, pack.createdAt, desk.signal);
  for (const { id, isEnded } of others) if (!isEnded) await service.cancel(id, desk.signal);
  if (!batch) return false;
  await noteStatus(desk, pack, batch);
  return true;
}

/** Looks at a SUBMITTED pack, and takes in what it brought once it has ended. */
export async function pollPack(desk: PackDesk, pack: Pack): Promise<void> {
  const { batchId } = pack;
  if (batchId === undefined) return;
  const service = await desk.findService(pack.model);
  const ageMs = desk.clock() - pack.createdAt;
  try {
    const batch = await service.poll(batchId, desk.signal);
    if (batch.isEnded) await takeIn(desk, pack, batch, service);
    else if (ageMs > GIVE_UP_MS) await endFailed(desk, pack, explainOverdue(batch), batch);
    else await noteStatus(desk, pack, batch);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const isLost = error.code === 'MODEL_NOT_FOUND' && ageMs > LOST_AFTER_MS;
    if (!isLost && ageMs <= GIVE_UP_MS) throw error;
    await endFailed(desk, pack, new ModelError('BAD_RESPONSE', error.message, { cause: error }));
  }
}

function explainOverdue({ status }: BatchStatus): ModelError {
  return new ModelError('TIMEOUT', `The batch is ${status} after ${GIVE_UP_MS / 86_400_000} days.`);
}

/** Asks the provider to stop; a batch that ended meanwhile is none the worse for it. */
export async function cancelPack(desk: PackDesk, pack: Pack): Promise<void> {
  if (pack.batchId === undefined || pack.isCancelled) return;
  const service = await desk.findService(pack.model);
  try {
    await service.cancel(pack.batchId, desk.signal);
  } catch (error) {
    if (!(error instanceof ModelError) || error.retryable) throw error;
  }
  await desk.keep(changePack(desk.read(), pack.id, { isCancelled: true }));
}

/** A pack of which nothing more will be heard: nobody has it, and nobody shall. */
export async function dropPack(desk: PackDesk, pack: Pack): Promise<void> {
  await end(desk, pack, [], { pack: {} });
}

async function noteStatus(desk: PackDesk, pack: Pack, batch: BatchStatus): Promise<void> {
  const { id: batchId, status, answered = 0, failed = 0 } = batch;
  const isNews =
    pack.state === 'PACKED' || status !== pack.status || answered !== pack.answered || failed !== pack.failed;
  if (!isNews) return;
  const submittedAt = pack.submittedAt ?? desk.clock();
  const changes = { state: 'SUBMITTED', batchId, status, answered, failed, submittedAt } as const;
  await desk.keep(changePack(desk.read(), pack.id, changes));
}

async function takeIn(desk: PackDesk, pack: Pack, batch: BatchStatus, service: BatchService): Promise<void> {
  if (batch.refusal?.code === 'RATE_LIMITED') await endCrowded(desk, pack, batch.refusal, batch);
  else if (batch.refusal) await endFailed(desk, pack, batch.refusal, batch);
  else await endAnswered(desk, pack, batch, await service.collect(batch.id, desk.signal));
  await service
    .discard(batch.id, desk.signal)
    .catch((error: unknown) => logError('economy.discard_failed', error));
}

/** Requests that the provider did not reach are failures of theirs. */
async function endAnswered(
  desk: PackDesk,
  pack: Pack,
  batch: BatchStatus,
  answers: readonly BatchAnswer[],
): Promise<void> {
  const keys = await (await desk.openAnswers()).listKeys(pack);
  const reached = new Set(answers.map(({ key }) => key));
  const code = /cancel/i.test(batch.status) ? 'ABORTED' : 'TIMEOUT';
  const error = new ModelError(code, `The batch ended as ${batch.status} before this was answered.`);
  const missing = keys.filter((key) => !reached.has(key)).map((key) => ({ key, error }));
  await end(desk, pack, [...answers, ...missing], { pack: { status: batch.status } });
}

async function endFailed(desk: PackDesk, pack: Pack, error: ModelError, batch?: BatchStatus): Promise<void> {
  const keys = await (await desk.openAnswers()).listKeys(pack);
  const answers = keys.map((key) => ({ key, error }));
  await end(desk, pack, answers, { pack: { status: batch?.status ?? error.code } });
}

/** The provider has no room: no fault of the questions', which are tried again in smaller packs, and later. */
async function endCrowded(desk: PackDesk, pack: Pack, error: ModelError, batch?: BatchStatus): Promise<void> {
  const now = desk.clock();
  const { since = now, times = 0 } = desk.read().crowded ?? {};
  if (now - since > GIVE_UP_MS) {
    await endFailed(desk, pack, error, batch);
    return;
  }
  const waitMs = Math.max(error.retryAfterMs ?? 0, computeCrowdedMs(times));
  await end(desk, pack, [], {
    pack: { status: batch?.status ?? error.code },
    work: {
      crowded: { since, times: times + 1, until: now + waitMs },
      mostRequests: Math.max(LEAST_REQUESTS, Math.ceil(pack.requests / 2)),
    },
  });
}

/** What came back says that there is room again; a pack as large as was dared lets the next one be larger. */
function widen({ mostRequests }: BatchWork, { requests }: Pack): Partial<BatchWork> {
  const isFull = mostRequests !== undefined && requests >= mostRequests;
  return { crowded: undefined, ...(isFull && { mostRequests: 2 * mostRequests }) };
}

async function end(
  desk: PackDesk,
  pack: Pack,
  answers: readonly BatchAnswer[],
  changes: { readonly pack: Partial<Pack>; readonly work?: Partial<BatchWork> },
): Promise<void> {
  await (await desk.openAnswers()).noteAnswers(pack, answers);
  const answered = answers.filter((answer) => 'reply' in answer).length;
  const work = desk.read();
  const ended = changePack(work, pack.id, {
    ...changes.pack,
    state: 'ENDED',
    endedAt: desk.clock(),
    answered,
    failed: answers.length - answered,
  });
  await desk.keep({ ...ended, ...(changes.work ?? (answered > 0 ? widen(work, pack) : {})) });
}
