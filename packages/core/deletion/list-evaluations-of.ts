import { type Evaluation, evaluationKind } from '../evaluation/index.ts';
import type { TenantScope } from '../platform/index.ts';

/** Evaluations of a dataset's versions, or all of them, as they are stored now. */
export async function* listEvaluationsOf(scope: TenantScope, datasetId?: string): AsyncGenerator<Evaluation> {
  let after: string | undefined;
  do {
    const page: { items: readonly Evaluation[]; next: string | undefined } =
      await scope.table.query<Evaluation>('byTenant', 'evaluation', { limit: 100, after });
    const ids = page.items.flatMap((one) =>
      datasetId === undefined || one.datasetId === datasetId ? one.id : [],
    );
    for (const evaluation of await scope.table.getMany(evaluationKind, ids)) if (evaluation) yield evaluation;
    after = page.next;
  } while (after !== undefined);
}
