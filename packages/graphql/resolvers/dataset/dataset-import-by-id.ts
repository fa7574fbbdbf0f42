import { findDatasetImport } from '@loupe/core/dataset';
import type { QueryResolvers } from '../../generated/types.ts';

export const datasetImportById: NonNullable<QueryResolvers['datasetImport']> = async (
  _parent,
  { id },
  context,
) => (await findDatasetImport(context.tenant(), id)) ?? null;
