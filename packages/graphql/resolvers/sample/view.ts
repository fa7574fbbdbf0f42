import { assertMay } from '@loupe/core/access';
import type { ViewResolvers } from '../../generated/types.ts';

export const view: ViewResolvers = {
  link: ({ path }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'sample.read');
    return scope.bucket.link(path);
  },
};
