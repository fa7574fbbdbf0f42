import { readRetention, setRetention as set } from '@loupe/core/retention';
import type { MutationResolvers, QueryResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const retention: NonNullable<QueryResolvers['retention']> = async (_parent, { profileId }, context) =>
  (await readRetention(context.tenant(), profileId)) ?? null;

export const setRetention: NonNullable<MutationResolvers['setRetention']> = (_parent, { input }, context) =>
  answer(async () => ({ retention: await set(context.tenant(), input) }));
