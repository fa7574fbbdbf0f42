import { archiveConnection as run } from '@loupe/core/connection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveConnection: NonNullable<MutationResolvers['archiveConnection']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ connection: await run(context.tenant(), input.id) }));
