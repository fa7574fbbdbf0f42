import { createProfile as create } from '@loupe/core/profile';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';
import { prepareFindModel } from '../connection/find-model.ts';

export const createProfile: NonNullable<MutationResolvers['createProfile']> = (_parent, { input }, context) =>
  answer(async () => ({ profile: await create(context.tenant(), input, await prepareFindModel(context)) }));
