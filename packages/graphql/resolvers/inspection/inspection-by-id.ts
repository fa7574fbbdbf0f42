import type { QueryResolvers } from '../../generated/types.ts';

export const inspectionById: NonNullable<QueryResolvers['inspection']> = async (_parent, { id }, context) =>
  (await context.loaders().inspections.load(id)) ?? null;
