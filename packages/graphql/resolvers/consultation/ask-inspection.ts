import { askInspection as ask } from '@loupe/core/consultation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const askInspection: NonNullable<MutationResolvers['askInspection']> = (_parent, { input }, context) =>
  answer(async () => ({ turn: await ask(context.tenant(), input, (await context.models()).find) }));
