import { assertMay } from '@loupe/core/access';
import {
  countExportFiles,
  describeProgress,
  isEvaluationEnded,
  listBatches,
  listItems,
  locateOutput,
  readResult,
} from '@loupe/core/evaluation';
import type { Page } from '@loupe/core/platform';
import type { EvaluationResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';
import { connect, readPage } from '../../page.ts';
import { showDifferences } from './show-metrics.ts';

const POLL_MS = 1000;
const FORMATS = ['jsonl', 'csv', 'parquet'];

export const evaluation: EvaluationResolvers = {
  version: ({ rev }) => rev,
  mode: ({ mode }) => mode ?? 'REALTIME',
  pollAfterMs: (parent) => (isEvaluationEnded(parent) ? null : POLL_MS),
  datasetVersion: ({ datasetVersionId }, _args, { loaders }) =>
    loadExisting(loaders().datasetVersions, datasetVersionId),
  profile: ({ profileId }, _args, { loaders }) => loadExisting(loaders().profiles, profileId),
  profileVersion: ({ profileVersionId }, _args, { loaders }) =>
    loadExisting(loaders().profileVersions, profileVersionId),
  progress: async (parent, _args, { loaders, tenant }) =>
    describeProgress(tenant(), parent, await loadExisting(loaders().evaluationCounts, parent.id)),
  variants: (parent) =>
    parent.variants.map((variant, position) => ({ ...variant, evaluation: parent, position })),
  async comparisons(parent, _args, { tenant }) {
    return ((await readResult(tenant().scope, parent))?.comparisons ?? []).map(showDifferences);
  },
  async leaks(parent, _args, { tenant }) {
    const { referenceItems = [] } = (await readResult(tenant().scope, parent)) ?? {};
    return referenceItems.length === 0 ? [] : [{ kind: 'REFERENCE_IS_ITEM', items: [...referenceItems] }];
  },
  async robustness(parent, _args, { tenant }) {
    return (await readResult(tenant().scope, parent))?.robustness ?? [];
  },
  report: ({ id, resultRev }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'evaluation.read');
    return resultRev === undefined ? null : scope.bucket.link(locateOutput(id, resultRev, 'report.html'));
  },
  async exports(parent, _args, { tenant }) {
    const { scope } = tenant();
    const files = await countExportFiles(scope, parent);
    const names = Array.from({ length: files }, (_, file) =>
      FORMATS.map((format) => `items-${file}.${format}`),
    );
    return names.flat().map((name) => ({
      name,
      link: scope.bucket.link(locateOutput(parent.id, parent.resultRev ?? 0, name)),
    }));
  },
  async batches(parent, page, { tenant }) {
    return connectOnward(await listBatches(tenant(), parent.id, readPage(page)));
  },
  async items(parent, { variant, filter, ...page }, { tenant }) {
    const named = variant ? parent.variants.findIndex(({ name }) => name === variant) : 0;
    if (named < 0) return connect({ items: [], next: undefined, cursorOf: () => '' });
    return connectOnward(await listItems(tenant(), parent.id, { ...readPage(page), filter, variant: named }));
  },
};

/** A page that may be short: the next one begins where this one stopped looking, not after its last item. */
function connectOnward<T>(page: Page<T> & { readonly cursorOf: (item: T) => string }) {
  const { edges, pageInfo } = connect(page);
  return { edges, pageInfo: { ...pageInfo, endCursor: page.next ?? pageInfo.endCursor } };
}
