import { completeUpload } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const completeMultipartUpload: NonNullable<MutationResolvers['completeMultipartUpload']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ multipartUpload: await completeUpload(context.tenant(), input.uploadId) }));
