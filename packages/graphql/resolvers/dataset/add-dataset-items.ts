import { addDatasetItems as add } from '@loupe/core/dataset';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const addDatasetItems: NonNullable<MutationResolvers['addDatasetItems']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => {
    const { dataset, version } = await add(context.tenant(), input);
    return { dataset, datasetVersion: version };
  });
