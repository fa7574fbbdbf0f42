import type { ViewResolvers } from '../../generated/types.ts';

export const view: ViewResolvers = {
  link: ({ path }, _args, { tenant }) => tenant().scope.bucket.link(path),
};
