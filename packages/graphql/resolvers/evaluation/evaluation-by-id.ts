import type { QueryResolvers } from '../../generated/types.ts';

export const evaluationById: NonNullable<QueryResolvers['evaluation']> = async (_parent, { id }, context) =>
  (await context.loaders().evaluations.load(id)) ?? null;
