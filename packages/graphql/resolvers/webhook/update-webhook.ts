import { updateWebhook as run } from '@loupe/core/webhook';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateWebhook: NonNullable<MutationResolvers['updateWebhook']> = (_parent, { input }, context) =>
  answer(async () => ({ webhook: await run(context.tenant(), input) }));
