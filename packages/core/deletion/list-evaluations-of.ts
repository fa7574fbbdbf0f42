import { type Evaluation, evaluationKind } from '../evaluation/index.ts';
import type { TenantScope } from '../platform/index.ts';

/** Evaluations of a dataset's versions, as they are stored now. */
export async function* listEvaluationsOf(scope: TenantScope, datasetId: string): AsyncGenerator<Evaluation> {
  let after: string | undefined;
  do {
    const page: { items: readonly Evaluation[]; next: string | undefined } =
      await scope.table.query<Evaluation>('byTenant', 'evaluation', { limit: 100, after });
    const ids = page.items.filter((one) => one.datasetId === datasetId).map(({ id }) => id);
    for (const evaluation of await scope.table.getMany(evaluationKind, ids)) if (evaluation) yield evaluation;
    after = page.next;
  } while (after !== undefined);
}
