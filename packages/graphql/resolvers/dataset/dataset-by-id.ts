import type { QueryResolvers } from '../../generated/types.ts';

export const datasetById: NonNullable<QueryResolvers['dataset']> = async (_parent, { id }, context) =>
  (await context.loaders().datasets.load(id)) ?? null;
