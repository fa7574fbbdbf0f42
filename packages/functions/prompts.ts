import { DomainError } from '@loupe/core/platform';
import type { Sample } from '@loupe/core/sample';
import type { PromptDirectory } from '@loupe/graphql';
import { type PlannedPicture, PromptError, previewCalls } from '@loupe/judge';
import type { Geometry } from '@loupe/vision';
import { describeProfile } from './describe-profile.ts';
import { findVisionModel } from './models.ts';
import { platform } from './platform.ts';

/** How models are asked, for the API. */
export const prompts: PromptDirectory = {
  preview: (version, sample, references, readings) => {
    try {
      const { calls, notes } = previewCalls({
        profile: describeProfile(version, sample),
        model: findVisionModel(version.model),
        query: sample.views.map(({ widthPx, heightPx, geometry }) => {
          return { widthPx, heightPx, geometry: geometry as Geometry };
        }),
        references: references.map(({ views }) => views),
        readings,
        now: platform.clock(),
      });
      return {
        notes,
        calls: calls.map(({ content, ...call }) => ({
          ...call,
          content: content.map((each) =>
            'text' in each ? each : { image: describePicture(each.picture, references) },
          ),
        })),
      };
    } catch (error) {
      if (!(error instanceof PromptError)) throw error;
      throw new DomainError('INVALID', error.message, ['input']);
    }
  },
};

function describePicture({ reference, ...picture }: PlannedPicture, references: readonly Sample[]) {
  return { ...picture, reference: reference === undefined ? undefined : references[reference] };
}
