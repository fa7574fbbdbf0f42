import { assertMay } from '@loupe/core/access';
import type { VerdictResolvers } from '../../generated/types.ts';

export const verdict: VerdictResolvers = {
  audit: ({ auditPath }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'inspection.audit');
    return auditPath === undefined ? null : scope.bucket.link(auditPath);
  },
  exemplarIds: ({ exemplarIds }) => exemplarIds ?? [],
  looks: ({ looks }) => looks ?? [],
  notes: ({ notes }) => notes ?? [],
  regions: ({ regions, sampleId }) => regions.map((region) => ({ ...region, sampleId })),
  overlay: ({ overlayPath }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'inspection.read');
    return overlayPath === undefined ? null : scope.bucket.link(overlayPath);
  },
  ruleChecks: ({ ruleChecks }) => ruleChecks ?? [],
  timeRanges: ({ timeRanges }) => timeRanges ?? [],
};
