import { chooseThreshold as choose } from '@loupe/core/calibration';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const chooseThreshold: NonNullable<MutationResolvers['chooseThreshold']> = (
  _parent,
  { input },
  context,
) => answer(() => choose(context.tenant(), input));
