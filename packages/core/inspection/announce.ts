import type { Write } from '../platform/index.ts';
import type { Announcer } from '../webhook/index.ts';
import type { Inspection } from './entity.ts';

/** Tells whoever listens how an inspection ended, and that a person has to look when it is UNCERTAIN: ids, no more. */
export function announceInspection(announcer: Announcer, inspection: Inspection): readonly Write[] {
  const { id, profileId, sampleId, state, failure, verdict } = inspection;
  const subject = { inspectionId: id, profileId, sampleId };
  if (state !== 'DONE') return announcer.draft('inspection.failed', { ...subject, code: failure?.code });
  const completed = ['inspection.completed', { ...subject, decision: verdict?.decision }] as const;
  return announcer.draftAll(
    verdict?.decision === 'UNCERTAIN' ? [completed, ['review.requested', subject]] : [completed],
  );
}
