import { createUploadToken as create } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createUploadToken: NonNullable<MutationResolvers['createUploadToken']> = (
  _parent,
  { input },
  context,
) => answer(() => create(context.tenant(), input));
