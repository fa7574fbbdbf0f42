import { DEFAULT_PROMPT_SETTINGS, type ProfileVersion } from '../profile/index.ts';
import type { Variant } from './entity.ts';

/** A profile version as a variant has it judged. */
export function applyVariant(version: ProfileVersion, variant: Variant): ProfileVersion {
  const { preset, framing, model, referenceCount, threshold, uncertainBand, calls } = variant;
  const prompt = variant.prompt ?? version.prompt;
  return {
    ...version,
    ...(preset && { preset }),
    ...(prompt && { prompt }),
    ...(framing && { prompt: { ...(prompt ?? DEFAULT_PROMPT_SETTINGS), framing } }),
    ...(calls && { calls }),
    ...(model && { model }),
    ...(threshold !== undefined && { threshold }),
    ...(uncertainBand !== undefined && { uncertainBand }),
    ...(referenceCount !== undefined && { referenceIds: version.referenceIds.slice(0, referenceCount) }),
  };
}
