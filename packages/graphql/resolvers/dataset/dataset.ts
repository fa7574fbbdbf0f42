import { listDatasetVersions } from '@loupe/core/dataset';
import type { DatasetResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';
import { connect, readPage } from '../../page.ts';

export const dataset: DatasetResolvers = {
  version: ({ rev }) => rev,
  current: ({ currentVersionId }, _args, { loaders }) =>
    currentVersionId === undefined ? null : loadExisting(loaders().datasetVersions, currentVersionId),
  versions: async ({ id }, page, context) =>
    connect(await listDatasetVersions(context.tenant(), id, readPage(page))),
};
