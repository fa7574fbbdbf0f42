import { rotateApiKey as rotate } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const rotateApiKey: NonNullable<MutationResolvers['rotateApiKey']> = (_parent, { input }, context) =>
  answer(() => rotate(context.tenant(), input));
