import { findUpload } from '@loupe/core/sample';
import type { QueryResolvers } from '../../generated/types.ts';

export const multipartUploadById: NonNullable<QueryResolvers['multipartUpload']> = async (
  _parent,
  { uploadId },
  context,
) => (await findUpload(context.tenant(), uploadId)) ?? null;
