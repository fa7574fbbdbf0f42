import { createExport as create } from '@loupe/core/export';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createExport: NonNullable<MutationResolvers['createExport']> = (_parent, { input }, context) =>
  answer(async () => ({ export: await create(context.tenant(), input) }));
