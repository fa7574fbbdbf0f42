import { createDataset as create } from '@loupe/core/dataset';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createDataset: NonNullable<MutationResolvers['createDataset']> = (_parent, { input }, context) =>
  answer(async () => ({ dataset: await create(context.tenant(), input) }));
