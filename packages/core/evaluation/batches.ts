import { assertMay, type TenantRequest } from '../access/index.ts';
import { decodeCursor, encodeCursor, load, type Page, scopeCursors } from '../platform/index.ts';
import type { Pack } from './batch-work.ts';
import { getChunk } from './chunks.ts';
import { evaluationKind } from './entity.ts';

/** Chunks read for one page, so that those without batches do not make a page slow: a page may be short, and still go on. */
const MAX_CHUNKS = 50;

interface Placed {
  readonly pack: Pack;
  /** Chunk and place in it. */
  readonly at: readonly [chunk: number, place: number];
}

export type BatchPage = Page<Pack> & { readonly cursorOf: (pack: Pack) => string };

/** The batches of an evaluation, in the order of their chunks. */
export async function listBatches(
  { session, scope }: TenantRequest,
  evaluationId: string,
  page: { readonly first: number; readonly after?: string | null | undefined },
): Promise<BatchPage> {
  assertMay(session, 'evaluation.read');
  const evaluation = await load(scope, evaluationKind, evaluationId, ['id']);
  const cursors = scopeCursors(scope, `evaluation#${evaluationId}#batches`);
  const [from = 0, last = -1] = page.after ? decodeCursor(cursors, page.after).split('.').map(Number) : [];
  const end = evaluation.mode === 'ECONOMY' ? evaluation.chunkCount : 0;
  const found: Placed[] = [];
  let chunk = from;
  for (let read = 0; read < MAX_CHUNKS && chunk < end && found.length <= page.first; read++) {
    const { work } = (await getChunk(scope, evaluationId, chunk)) ?? {};
    for (const [place, pack] of (work?.packs ?? []).entries()) {
      if (chunk > from || place > last) found.push({ pack, at: [chunk, place] });
    }
    chunk++;
  }
  const items = found.slice(0, page.first);
  const hasMore = found.length > page.first || chunk < end;
  // Where a page found nothing, the next one begins after the chunks that were read.
  const next = found.length > page.first ? items.at(-1)?.at : [chunk, -1];
  const places = new Map(items.map(({ pack, at }) => [pack, at]));
  return {
    items: items.map(({ pack }) => pack),
    next: hasMore && next ? encodeCursor(cursors, next.join('.')) : undefined,
    cursorOf: (pack) => encodeCursor(cursors, (places.get(pack) ?? [0, -1]).join('.')),
  };
}
