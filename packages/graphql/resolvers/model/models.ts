import { assertMay } from '@loupe/core/access';

import type { QueryResolvers } from '../../generated/types.ts';

export const models: NonNullable<QueryResolvers['models']> = (_parent, _args, context) => {
  assertMay(context.session, 'model.read');
  return context.models.list();
};
