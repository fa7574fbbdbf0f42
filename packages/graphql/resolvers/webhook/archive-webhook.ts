import { archiveWebhook as run } from '@loupe/core/webhook';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveWebhook: NonNullable<MutationResolvers['archiveWebhook']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ webhook: await run(context.tenant(), input.id) }));
