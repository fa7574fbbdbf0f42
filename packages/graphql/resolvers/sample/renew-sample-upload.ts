import { renewSampleUpload as renew } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const renewSampleUpload: NonNullable<MutationResolvers['renewSampleUpload']> = (
  _parent,
  { input },
  context,
) => answer(() => renew(context.tenant(), input.id));
