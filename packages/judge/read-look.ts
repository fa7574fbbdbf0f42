import { checkRules, type RuleCheck, scoreChecks } from './answers/check-rules.ts';
import { NO_DETAILS } from './answers/read-details.ts';
import type { Answered } from './ask.ts';
import type { Size } from './closer/picture-tools.ts';
import { describeMeasured, type FoundRegion, findMarks, placeBoxes } from './closer/regions.ts';
import { readTimeRanges, type TimeRange } from './closer/windows.ts';
import type { Look } from './fuse-looks.ts';
import type { AnomalyMap } from './models/vision-model.ts';
import type { Call } from './prepare-calls.ts';

/** A look with everything its answer held. */
export interface FullLook extends Look {
  readonly ruleChecks: readonly RuleCheck[];
  readonly suspiciousText: string | null;
  readonly regions: readonly FoundRegion[];
  readonly timeRanges: readonly TimeRange[];
  readonly map?: AnomalyMap;
  readonly notes: readonly string[];
}

/** Puts an answer beside what was asked. */
export function readLook(query: readonly Size[], call: Call, { reply, answer }: Answered): FullLook {
  const { purpose, prompt, marks, windows } = call;
  const { outcome } = answer;
  const details = 'details' in answer ? answer.details : NO_DETAILS;
  const [view] = query;
  const base = {
    purpose,
    outcome,
    suspiciousText: details.suspiciousText,
    regions: [
      ...describeMeasured(reply.extras?.regions ?? []),
      ...findMarks(details.marks, marks),
      // Which of several pictures a box is in is not asked.
      ...(prompt.form.boxes && view !== undefined && query.length === 1
        ? placeBoxes(details.boxes, view)
        : []),
    ],
    timeRanges: readTimeRanges(windows, details.windows),
    ...(reply.extras?.map === undefined ? {} : { map: reply.extras.map }),
  };
  if ('reason' in answer) {
    const { reason } = answer;
    const reasoning = outcome === 'REFUSED' ? reason : `The answer could not be read: ${reason}`;
    return { ...base, score: null, scoreSource: null, reasoning, ruleChecks: [], notes: [] };
  }
  const { score, reasoning, notes } = answer;
  const measured = reply.extras === undefined ? answer.scoreSource : ('REFERENCE_MATCH' as const);
  if (purpose !== 'CHECKLIST') {
    return { ...base, score, scoreSource: measured, reasoning, ruleChecks: [], notes };
  }
  const ruleChecks = checkRules(prompt.checklist, details.checks);
  const missing = ruleChecks.filter(
    ({ satisfied, evidence }) => satisfied === null && evidence === '',
  ).length;
  return {
    ...base,
    score: scoreChecks(ruleChecks, score),
    scoreSource: 'CHECKLIST',
    reasoning,
    ruleChecks,
    notes: missing === 0 ? notes : [...notes, `${missing} of ${ruleChecks.length} checks were not answered.`],
  };
}
