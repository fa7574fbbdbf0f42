import { createInspection as create } from '@loupe/core/inspection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createInspection: NonNullable<MutationResolvers['createInspection']> = (
  _parent,
  { input },
  context,
) => answer(() => create(context.tenant(), input));
