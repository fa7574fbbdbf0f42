import { DEFAULT_PROMPT_SETTINGS, type ProfileVersion } from '../profile/index.ts';
import type { Variant } from './entity.ts';

/** A profile version as a variant has it judged. */
export function applyVariant(version: ProfileVersion, variant: Variant): ProfileVersion {
  const { preset, framing, model, referenceCount, threshold } = variant;
  return {
    ...version,
    ...(preset && { preset }),
    ...(framing && { prompt: { ...(version.prompt ?? DEFAULT_PROMPT_SETTINGS), framing } }),
    ...(model && { model }),
    ...(threshold !== undefined && { threshold }),
    ...(referenceCount !== undefined && { referenceIds: version.referenceIds.slice(0, referenceCount) }),
  };
}
