import { checkConnection as run } from '@loupe/core/connection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const checkConnection: NonNullable<MutationResolvers['checkConnection']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => {
    const { checkProvider } = context;
    if (!checkProvider) throw new Error('This server can ask no provider.');
    return { connection: await run(context.tenant(), input.id, checkProvider) };
  });
