import { abortUpload } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const abortMultipartUpload: NonNullable<MutationResolvers['abortMultipartUpload']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ multipartUpload: await abortUpload(context.tenant(), input.uploadId) }));
