import type { Write } from '../platform/index.ts';
import type { Announcer } from '../webhook/index.ts';
import type { Inspection } from './entity.ts';

/** Puts the end of an inspection on its way to whoever listens: its ids and how it ended, no more. */
export function announceInspection(announcer: Announcer, inspection: Inspection): readonly Write[] {
  const { id, profileId, sampleId, state, failure, verdict } = inspection;
  const subject = { inspectionId: id, profileId, sampleId };
  return state === 'DONE'
    ? announcer.draft('inspection.completed', { ...subject, decision: verdict?.decision })
    : announcer.draft('inspection.failed', { ...subject, code: failure?.code });
}
