import type { QueryResolvers } from '../../generated/types.ts';

export const profileById: NonNullable<QueryResolvers['profile']> = async (_parent, { id }, context) =>
  (await context.loaders().profiles.load(id)) ?? null;
