import { estimateCascade as estimate } from '@loupe/core/calibration';
import type { QueryResolvers } from '../../generated/types.ts';

export const estimateCascade: NonNullable<QueryResolvers['estimateCascade']> = (
  _parent,
  { input },
  context,
) => estimate(context.tenant(), input);
