import type { QueryResolvers } from '../../generated/types.ts';

export const sampleById: NonNullable<QueryResolvers['sample']> = async (_parent, { id }, context) =>
  (await context.loaders().samples.load(id)) ?? null;
