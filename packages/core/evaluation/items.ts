import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  decodeCursor,
  encodeCursor,
  load,
  ObjectChangedError,
  scopeCursors,
  type TenantScope,
} from '../platform/index.ts';
import { getChunk } from './chunks.ts';
import { type Evaluation, evaluationKind, type ItemResult, locateChunk } from './entity.ts';

/** Which items: all, or what a person looks for. */
export type ItemFilter = 'ALL' | 'MISSED' | 'FALSE_ALARM' | 'NO_ANSWER' | 'UNCERTAIN';

/** Chunks read for one page, so that a rare item does not make a page slow: a page may be short, and still go on. */
const MAX_CHUNKS = 20;

export interface ItemPage {
  readonly items: readonly ItemResult[];
  readonly next: string | undefined;
  readonly cursorOf: (item: ItemResult) => string;
}

/** Judged items of one variant, in the dataset's order. */
export async function listItems(
  { session, scope }: TenantRequest,
  evaluationId: string,
  page: {
    readonly variant: number;
    readonly filter: ItemFilter;
    readonly first: number;
    readonly after?: string | null | undefined;
  },
): Promise<ItemPage> {
  assertMay(session, 'evaluation.read');
  const evaluation = await load(scope, evaluationKind, evaluationId, ['id']);
  const cursors = scopeCursors(scope, `evaluation#${evaluationId}#${page.variant}#${page.filter}`);
  const start = page.after ? Number(decodeCursor(cursors, page.after)) + 1 : 0;
  const total = evaluation.itemCount / evaluation.variants.length;
  const found: ItemResult[] = [];
  let at = start;
  for (let read = 0; read < MAX_CHUNKS && at < total && found.length <= page.first; read++) {
    const block = Math.floor(at / evaluation.chunkItems);
    const results = await readChunk(scope, evaluation, block * evaluation.variants.length + page.variant);
    const from = at;
    found.push(...results.filter((one) => one.index >= from && isWanted(one, page.filter)));
    at = (block + 1) * evaluation.chunkItems;
  }
  const items = found.slice(0, page.first);
  const last = found.length > page.first ? items.at(-1)?.index : at < total ? at - 1 : undefined;
  return {
    items,
    next: last === undefined ? undefined : encodeCursor(cursors, String(last)),
    cursorOf: (item) => encodeCursor(cursors, String(item.index)),
  };
}

/** Results of a chunk that is done; none of another. */
export async function readChunk(
  scope: TenantScope,
  evaluation: Evaluation,
  position: number,
): Promise<ItemResult[]> {
  const chunk = await getChunk(scope, evaluation.id, position);
  return chunk?.state === 'DONE' ? readResults(scope, locateChunk(evaluation.id, position, 'results')) : [];
}

/** Lines of a results object; none when there is no such object. */
export function readResults(scope: TenantScope, path: string): Promise<ItemResult[]> {
  return readLines(scope, path);
}

/** Lines of JSON; none when there is no such object. */
export async function readLines<T>(scope: TenantScope, path: string): Promise<T[]> {
  try {
    const text = Buffer.from(await scope.bucket.get(path)).toString();
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
  } catch (error) {
    if (error instanceof ObjectChangedError) return [];
    throw error;
  }
}

function isWanted(item: ItemResult, filter: ItemFilter): boolean {
  const answered = item.score !== undefined;
  switch (filter) {
    case 'ALL':
      return true;
    case 'MISSED':
      return answered && item.anomalous && item.decision === 'NORMAL';
    case 'FALSE_ALARM':
      return answered && !item.anomalous && item.decision === 'ANOMALOUS';
    case 'NO_ANSWER':
      return !answered;
    case 'UNCERTAIN':
      return item.decision === 'UNCERTAIN';
  }
}
