import { createWebhook as run } from '@loupe/core/webhook';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createWebhook: NonNullable<MutationResolvers['createWebhook']> = (_parent, { input }, context) =>
  answer(() => run(context.tenant(), input));
