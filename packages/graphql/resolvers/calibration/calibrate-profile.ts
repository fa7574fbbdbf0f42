import { calibrateProfile as calibrate } from '@loupe/core/calibration';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const calibrateProfile: NonNullable<MutationResolvers['calibrateProfile']> = (
  _parent,
  { input },
  context,
) => answer(() => calibrate(context.tenant(), input));
