import { archiveDataset as archive } from '@loupe/core/dataset';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveDataset: NonNullable<MutationResolvers['archiveDataset']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ dataset: await archive(context.tenant(), input.id) }));
