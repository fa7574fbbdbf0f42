import { assertMay } from '@loupe/core/access';
import type { VerdictResolvers } from '../../generated/types.ts';

export const verdict: VerdictResolvers = {
  overlay: ({ overlayPath }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'inspection.read');
    return overlayPath === undefined ? null : scope.bucket.link(overlayPath);
  },
};
