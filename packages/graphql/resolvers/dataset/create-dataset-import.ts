import { createDatasetImport as create } from '@loupe/core/dataset';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createDatasetImport: NonNullable<MutationResolvers['createDatasetImport']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => {
    const { job, manifest, files } = await create(context.tenant(), input);
    return { datasetImport: job, manifestUpload: manifest, filesUpload: files };
  });
