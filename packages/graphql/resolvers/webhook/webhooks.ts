import { listWebhooks } from '@loupe/core/webhook';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const webhooks: NonNullable<QueryResolvers['webhooks']> = async (_parent, page, context) =>
  connect(await listWebhooks(context.tenant(), readPage(page)));
