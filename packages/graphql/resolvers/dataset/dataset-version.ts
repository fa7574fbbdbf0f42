import type { DatasetVersionResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const datasetVersion: DatasetVersionResolvers = {
  dataset: ({ datasetId }, _args, { loaders }) => loadExisting(loaders().datasets, datasetId),
  classes: ({ classes }) =>
    classes.map(({ name, normal, anomalous }) => ({ name, normalCount: normal, anomalousCount: anomalous })),
};
