import { archiveSample as archive } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveSample: NonNullable<MutationResolvers['archiveSample']> = (_parent, { input }, context) =>
  answer(async () => ({ sample: await archive(context.tenant(), input.id) }));
