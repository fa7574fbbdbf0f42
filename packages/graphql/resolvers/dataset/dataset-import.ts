import type { DatasetImportResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

const POLL_MS = 500;

export const datasetImport: DatasetImportResolvers = {
  dataset: ({ datasetId }, _args, { loaders }) => loadExisting(loaders().datasets, datasetId),
  datasetVersion: ({ versionId }, _args, { loaders }) =>
    versionId === undefined ? null : loadExisting(loaders().datasetVersions, versionId),
  pollAfterMs: ({ state }) => (state === 'DONE' || state === 'FAILED' ? null : POLL_MS),
};
