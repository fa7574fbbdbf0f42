import { createConnection as run } from '@loupe/core/connection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';
import { readProvider } from './connection.ts';

export const createConnection: NonNullable<MutationResolvers['createConnection']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => ({
    connection: await run(context.tenant(), { ...input, provider: readProvider(input.provider) }),
  }));
