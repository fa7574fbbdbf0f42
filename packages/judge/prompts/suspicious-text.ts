import { findCommand, findInstruction } from './data-part.ts';
import type { CorrectedCase } from './exemplar-part.ts';
import type { Reading } from './settings.ts';

/** What strangers wrote that goes with a question. */
export interface StrangersTexts {
  readonly readings: readonly Reading[];
  readonly exemplars: readonly CorrectedCase[];
  /** The views of the sample, whose plots show names of its file. */
  readonly query: readonly { readonly geometry: object }[];
}

/**
 * The first text beside the pictures that tries to tell the model what to answer, for people to look at: of readings,
 * of names that plots show, of notes of reviewers. Undefined when none does; text that is part of a picture only the
 * model can see.
 */
export function findSuspiciousText({ readings, exemplars, query }: StrangersTexts): string | undefined {
  const names = query.flatMap(({ geometry }) => listPlottedNames(geometry));
  return findInstruction([...readings, ...names]) ?? findCommand(exemplars.flatMap(({ note }) => note ?? []));
}

/** Names of channels and units as a plot shows them, which come from the header of a file. */
function listPlottedNames(geometry: object): Reading[] {
  const { panels = [] } = geometry as {
    readonly panels?: readonly { readonly channel: string; readonly unit?: string }[];
  };
  return panels.flatMap(({ channel, unit }) => [
    { name: 'channel', value: channel },
    ...(unit === undefined ? [] : [{ name: 'unit', value: unit }]),
  ]);
}
