import { startDatasetImport as start } from '@loupe/core/dataset';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const startDatasetImport: NonNullable<MutationResolvers['startDatasetImport']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ datasetImport: await start(context.tenant(), input.id) }));
