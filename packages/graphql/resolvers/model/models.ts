import { assertMay } from '@loupe/core/access';

import type { QueryResolvers } from '../../generated/types.ts';

export const models: NonNullable<QueryResolvers['models']> = async (_parent, _args, context) => {
  assertMay(context.session, 'model.read');
  return (await context.models()).list();
};
