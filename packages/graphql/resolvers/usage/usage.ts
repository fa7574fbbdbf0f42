import { reportUsage } from '@loupe/core/usage';
import type { QueryResolvers } from '../../generated/types.ts';

export const usage: NonNullable<QueryResolvers['usage']> = (_parent, { month }, context) =>
  reportUsage(context.tenant(), month);
