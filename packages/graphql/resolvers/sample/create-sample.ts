import { createSample as create } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createSample: NonNullable<MutationResolvers['createSample']> = (_parent, { input }, context) =>
  answer(() => create(context.tenant(), input));
