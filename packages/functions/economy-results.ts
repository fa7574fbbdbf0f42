import {
  type Chunk,
  type Evaluation,
  type ItemResult,
  locateChunk,
  readResults,
  sumUse,
} from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import type { ItemsUse } from '@loupe/core/usage';

/** Results of a chunk's items, with what of their cost was counted before. */
export interface ChunkResults {
  readonly byIndex: Map<number, ItemResult>;
  /** With what an earlier round had cost added to each. */
  readonly list: () => readonly ItemResult[];
  /** What was used since the chunk was last done. */
  readonly sumUse: () => ItemsUse;
  readonly store: (part: 'results' | 'partial') => Promise<void>;
}

/** Reads what a chunk has by now. Of one that was opened again, items that ended in an error are judged anew. */
export async function openResults(
  scope: TenantScope,
  { id }: Evaluation,
  { position, totals }: Chunk,
): Promise<ChunkResults> {
  const locate = (part: 'results' | 'partial') => locateChunk(id, position, part);
  const [before, partial] = await Promise.all([
    totals.items > 0 ? readResults(scope, locate('results')) : [],
    readResults(scope, locate('partial')),
  ]);
  const counted = new Map(before.map((result) => [result.index, result]));
  const answered = [...partial, ...before].filter(({ outcome }) => outcome !== 'ERROR');
  const byIndex = new Map(answered.map((result) => [result.index, result]));

  function list(): readonly ItemResult[] {
    return [...byIndex.values()]
      .sort((a, b) => a.index - b.index)
      .map((result) => {
        const earlier = counted.get(result.index);
        return earlier?.outcome === 'ERROR' ? addUse(result, earlier) : result;
      });
  }

  return {
    byIndex,
    list,
    sumUse: () => {
      const now = sumUse(list());
      const billed = sumUse([...counted.values()].filter(({ index }) => byIndex.has(index)));
      return {
        inputTokens: now.inputTokens - billed.inputTokens,
        outputTokens: now.outputTokens - billed.outputTokens,
        costMicroUsd: now.costMicroUsd - billed.costMicroUsd,
        costUnknownCount: now.costUnknownCount - billed.costUnknownCount,
      };
    },
    store: async (part) => {
      const results = part === 'results' ? list() : [...byIndex.values()];
      const lines = results.map((result) => JSON.stringify(result));
      await scope.bucket.put(locate(part), Buffer.from(lines.join('\n')), 'application/x-ndjson');
    },
  };
}

function addUse(result: ItemResult, earlier: ItemResult): ItemResult {
  const add = (a: number | undefined, b: number | undefined) =>
    a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
  return {
    ...result,
    costMicroUsd: add(result.costMicroUsd, earlier.costMicroUsd),
    inputTokens: add(result.inputTokens, earlier.inputTokens),
    outputTokens: add(result.outputTokens, earlier.outputTokens),
  };
}
