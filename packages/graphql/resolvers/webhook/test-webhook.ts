import { testWebhook as run } from '@loupe/core/webhook';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const testWebhook: NonNullable<MutationResolvers['testWebhook']> = (_parent, { input }, context) =>
  answer(async () => ({ delivery: await run(context.tenant(), input.id) }));
