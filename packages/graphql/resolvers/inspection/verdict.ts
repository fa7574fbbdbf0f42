import { assertMay } from '@loupe/core/access';
import type { RegionResolvers, VerdictResolvers } from '../../generated/types.ts';

export const verdict: VerdictResolvers = {
  audit: ({ auditPath }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'inspection.audit');
    return scope.bucket.link(auditPath);
  },
  looks: ({ looks }) => looks ?? [],
  overlay: ({ overlayPath }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'inspection.read');
    return overlayPath === undefined ? null : scope.bucket.link(overlayPath);
  },
  ruleChecks: ({ ruleChecks }) => ruleChecks ?? [],
};

/** Verdicts that were written before regions had a source have the embedded detector's. */
export const region: RegionResolvers = {
  mask: ({ mask }) => (mask === undefined ? null : { runs: mask }),
  source: ({ source }) => source ?? 'DETECTOR',
};
