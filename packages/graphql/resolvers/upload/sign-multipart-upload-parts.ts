import { signUploadParts } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const signMultipartUploadParts: NonNullable<MutationResolvers['signMultipartUploadParts']> = (
  _parent,
  { input },
  context,
) => answer(() => signUploadParts(context.tenant(), input));
