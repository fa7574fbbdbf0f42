import { DEFAULT_PROMPT_SETTINGS, type ProfileVersion } from '@loupe/core/profile';
import type { Sample } from '@loupe/core/sample';
import type { JudgeProfile } from '@loupe/judge';

/** A profile version as the judge takes it, for one sample. */
export function describeProfile(version: ProfileVersion, sample: Sample): JudgeProfile {
  const {
    referenceCount,
    exemplars: _exemplars,
    ...settings
  } = { ...DEFAULT_PROMPT_SETTINGS, ...version.prompt };
  return {
    ...settings,
    ...(referenceCount !== undefined && { referenceCount }),
    className: version.className,
    ...(version.normality !== undefined && { normality: version.normality }),
    rules: version.rules,
    defects: version.knownDefects,
    preset: version.preset,
    ...(sample.modality && { modality: sample.modality }),
    ...(version.threshold !== undefined && { threshold: version.threshold }),
    uncertainBand: version.uncertainBand,
  };
}
