import { assertMay } from '@loupe/core/access';
import { BAD_LINE_ADVICE, locateImport } from '@loupe/core/dataset';
import type { DatasetBadLineResolvers, DatasetImportResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

const POLL_MS = 500;

export const datasetImport: DatasetImportResolvers = {
  badLineReport(job, _args, { tenant }) {
    const { session, scope } = tenant();
    assertMay(session, 'dataset.read');
    return job.hasBadLineReport ? scope.bucket.link(locateImport(job, 'bad-lines.jsonl')) : null;
  },
  dataset: ({ datasetId }, _args, { loaders }) => loadExisting(loaders().datasets, datasetId),
  datasetVersion: ({ versionId }, _args, { loaders }) =>
    versionId === undefined ? null : loadExisting(loaders().datasetVersions, versionId),
  linesRead: ({ linesRead }) => linesRead ?? 0,
  pollAfterMs: ({ state }) => (state === 'DONE' || state === 'FAILED' ? null : POLL_MS),
};

export const datasetBadLine: DatasetBadLineResolvers = {
  advice: ({ code }) => (code ? BAD_LINE_ADVICE[code] : null),
};
