import { resumeEvaluation as resume } from '@loupe/core/evaluation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const resumeEvaluation: NonNullable<MutationResolvers['resumeEvaluation']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ evaluation: await resume(context.tenant(), input) }));
