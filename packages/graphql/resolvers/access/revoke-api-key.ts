import { revokeApiKey as revoke } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const revokeApiKey: NonNullable<MutationResolvers['revokeApiKey']> = (_parent, { input }, context) =>
  answer(async () => ({ apiKey: await revoke(context.tenant(), input.id) }));
