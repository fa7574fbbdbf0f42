import type { VerdictResolvers } from '../../generated/types.ts';

export const verdict: VerdictResolvers = {
  overlay: ({ overlayPath }, _args, { tenant }) =>
    overlayPath === undefined ? null : tenant().scope.bucket.link(overlayPath),
};
