import {
  ConditionFailedError,
  createShardedCounts,
  type TenantScope,
  type Write,
} from '../platform/index.ts';
import { type Chunk, type Evaluation, type EvaluationMode, evaluationKind, NO_TOTALS } from './entity.ts';
import { countLanes, type Lanes } from './packs.ts';

/** Chunks and counts of an evaluation: rows that hang on it. */

const PREFIX = 'chunk#';
const MAX_TRIES = 6;
/** Chunk rows made by one transaction. */
const BATCH = 50;

/** How far an evaluation is; `reserved` is set aside for chunks in work. */
export interface EvaluationCounts extends Lanes {
  readonly chunks: number;
  readonly items: number;
  readonly failed: number;
  readonly costMicroUsd: number;
  readonly costUnknown: number;
  readonly reserved: number;
}

const NAMES = [
  'chunks',
  'items',
  'failed',
  'costMicroUsd',
  'costUnknown',
  'reserved',
  'packed',
  'submitted',
  'finished',
] as const;

const counts = createShardedCounts(evaluationKind.name, NAMES);

/**
 * Rising with the number of items, so that rows stay few and the last chunk short; all divide a manifest's part. Where a
 * chunk is sent in batches it is large, unless a budget is kept by chunks.
 */
export function chooseChunkItems(items: number, mode: EvaluationMode, hasBudget: boolean): number {
  if (mode === 'ECONOMY' && !hasBudget) return 1000;
  return items <= 2000 ? 100 : items <= 20_000 ? 250 : 500;
}

/** Makes the rows of all chunks; those that are there stay as they are. Variants take turns. */
export async function planChunks(scope: TenantScope, evaluation: Evaluation): Promise<void> {
  const { variants, chunkItems, chunkCount, itemCount } = evaluation;
  const items = itemCount / variants.length;
  const existing = await listChunks(scope, evaluation.id);
  const known = new Set(existing.map(({ position }) => position));
  const missing = Array.from({ length: chunkCount }, (_, position) => position).filter((p) => !known.has(p));
  for (let at = 0; at < missing.length; at += BATCH) {
    const writes = missing.slice(at, at + BATCH).map((position) => {
      const from = Math.floor(position / variants.length) * chunkItems;
      const chunk: Chunk = {
        rev: 1,
        position,
        variant: position % variants.length,
        from,
        to: Math.min(items, from + chunkItems),
        state: 'OPEN',
        attempt: 0,
        reservedMicroUsd: 0,
        totals: NO_TOTALS,
      };
      return attachChunk(scope, evaluation.id, chunk, undefined);
    });
    try {
      await scope.table.transact(writes);
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      // Somebody else plans it, too: what is missing now is less.
      return planChunks(scope, evaluation);
    }
  }
}

/** In order of position. */
export function listChunks(scope: TenantScope, evaluationId: string): Promise<Chunk[]> {
  return scope.table.listAttached<Chunk>(evaluationKind.name, evaluationId, PREFIX);
}

export function getChunk(
  scope: TenantScope,
  evaluationId: string,
  position: number,
): Promise<Chunk | undefined> {
  return scope.table.getAttached<Chunk>(evaluationKind.name, evaluationId, nameChunk(position));
}

/**
 * Moves a chunk by a pure step, in one transaction with the counts it changes and what else belongs to it.
 * @returns the stored revision; undefined when the step does not apply
 */
export async function moveChunk(
  scope: TenantScope,
  evaluationId: string,
  position: number,
  step: (chunk: Chunk) => Chunk | undefined,
  more: readonly Write[] = [],
): Promise<Chunk | undefined> {
  for (let attempt = 1; ; attempt++) {
    const chunk = await getChunk(scope, evaluationId, position);
    const next = chunk && step(chunk);
    if (!next) return undefined;
    try {
      await scope.table.transact([
        attachChunk(scope, evaluationId, next, chunk.rev),
        ...countChange(scope, evaluationId, chunk, next),
        ...more,
      ]);
      return next;
    } catch (error) {
      if (!(error instanceof ConditionFailedError) || attempt === MAX_TRIES) throw error;
    }
  }
}

export async function readEvaluationCounts(
  scope: TenantScope,
  evaluationId: string,
): Promise<EvaluationCounts> {
  const [found] = await counts.read(scope, [evaluationId]);
  if (!found) throw new Error('One evaluation was asked for, and none was counted.');
  return found;
}

/** In the order asked. */
export function readManyEvaluationCounts(
  scope: TenantScope,
  evaluationIds: readonly string[],
): Promise<EvaluationCounts[]> {
  return counts.read(scope, evaluationIds);
}

/** What a chunk's step adds to the counts, nothing when nothing: each chunk stands in them once, as it is. */
function countChange(scope: TenantScope, evaluationId: string, before: Chunk, after: Chunk): Write[] {
  const [was, is] = [tally(before), tally(after)];
  const amounts = Object.fromEntries(
    NAMES.flatMap((name) => (is[name] === was[name] ? [] : [[name, is[name] - was[name]]])),
  );
  if (Object.keys(amounts).length === 0) return [];
  return [counts.add(scope, evaluationId, String(after.position), amounts)];
}

/** A chunk that is opened again keeps what its items cost, and counts them anew when it is done. */
function tally(chunk: Chunk): EvaluationCounts {
  const done = chunk.state === 'DONE';
  return {
    chunks: done ? 1 : 0,
    items: done ? chunk.totals.items : 0,
    failed: done ? chunk.totals.failed : 0,
    costMicroUsd: chunk.totals.costMicroUsd,
    costUnknown: chunk.totals.costUnknown ?? 0,
    reserved: chunk.reservedMicroUsd,
    ...countLanes(chunk),
  };
}

function attachChunk(
  scope: TenantScope,
  evaluationId: string,
  chunk: Chunk,
  replaces: number | undefined,
): Write {
  return scope.table.attach(evaluationKind.name, evaluationId, nameChunk(chunk.position), chunk, {
    replaces,
  });
}

/** Positions of one length, so that their order is that of the names. */
function nameChunk(position: number): string {
  return `${PREFIX}${String(position).padStart(6, '0')}`;
}
