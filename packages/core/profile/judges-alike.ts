import { DEFAULT_CALL_SETTINGS } from './call-settings.ts';
import type { Definition, ThresholdChooser } from './entity.ts';
import { DEFAULT_PROMPT_SETTINGS } from './prompt-settings.ts';

/** Whether two definitions give scores that can be compared: they differ at most in what is made of a score, or paid. */
export function judgesAlike(left: Definition, right: Definition): boolean {
  return JSON.stringify(listAsked(left)) === JSON.stringify(listAsked(right));
}

/** Where the threshold of a definition came from. */
export function nameThresholdSource({
  threshold,
  thresholdSource,
}: Pick<Definition, 'threshold' | 'thresholdSource'>): 'DEFAULT' | ThresholdChooser {
  return threshold === undefined ? 'DEFAULT' : (thresholdSource ?? 'MANUAL');
}

/** Everything that a score depends on. */
function listAsked(definition: Definition): unknown[] {
  const { votes, models, fusion, cascade } = { ...DEFAULT_CALL_SETTINGS, ...definition.calls };
  return [
    definition.className,
    definition.normality,
    definition.rules,
    definition.knownDefects,
    definition.referenceIds,
    definition.preset,
    { ...DEFAULT_PROMPT_SETTINGS, ...definition.prompt },
    definition.model,
    definition.longSidePx,
    definition.viewSettings,
    votes,
    models,
    fusion,
    cascade,
  ];
}
