import { DomainError } from '@loupe/core/platform';
import { DEFAULT_PROMPT_SETTINGS, type ProfileVersion } from '@loupe/core/profile';
import type { Correction } from '@loupe/core/review';
import type { Sample } from '@loupe/core/sample';
import type { PromptDirectory } from '@loupe/graphql';
import { type PlannedPicture, PromptError, previewCalls } from '@loupe/judge';
import type { Geometry } from '@loupe/vision';
import { describeProfile } from './describe-profile.ts';
import { findTraits } from './models.ts';
import { platform } from './platform.ts';

/** How models are asked, for the API. */
export const prompts: PromptDirectory = {
  preview: (version, sample, references, readings, corrections) => {
    const traits = findTraits(version.model);
    if (!traits)
      throw new DomainError('MODEL_UNAVAILABLE', `The model ${version.model} is not known.`, ['input']);
    try {
      const { calls, notes } = previewCalls({
        profile: describeProfile(version, sample),
        model: { id: version.model, traits },
        query: sample.views.map(({ widthPx, heightPx, geometry }) => {
          return { widthPx, heightPx, geometry: geometry as Geometry };
        }),
        references: references.map(({ views }) => views),
        exemplars: previewExemplars(version, corrections),
        readings,
        now: platform.clock(),
      });
      return {
        notes,
        calls: calls.map(({ content, ...call }) => ({
          ...call,
          content: content.map((each) =>
            'text' in each ? each : { image: describePicture(each.picture, references, corrections) },
          ),
        })),
      };
    } catch (error) {
      if (!(error instanceof PromptError)) throw error;
      throw new DomainError('INVALID', error.message, ['input']);
    }
  },
};

/** Cases by the size of the view that would be shown; nothing of them is read. */
function previewExemplars(version: ProfileVersion, corrections: readonly Correction[]) {
  const { notes } = version.prompt?.exemplars ?? DEFAULT_PROMPT_SETTINGS.exemplars;
  return corrections.flatMap(({ review, sample }) => {
    const { decision, truth, note } = review;
    return sample.views.slice(0, 1).map(({ widthPx, heightPx }) => {
      return { decision, truth, widthPx, heightPx, ...(notes && note !== undefined && { note }) };
    });
  });
}

function describePicture(
  { reference, exemplar, ...picture }: PlannedPicture,
  references: readonly Sample[],
  corrections: readonly Correction[],
) {
  return {
    ...picture,
    reference: reference === undefined ? undefined : references[reference],
    inspectionId: exemplar === undefined ? undefined : corrections[exemplar]?.review.inspectionId,
  };
}
