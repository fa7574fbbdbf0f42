import { DomainError } from '@loupe/core/platform';
import type { PromptImageResolvers, QueryResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const promptPreview: NonNullable<QueryResolvers['promptPreview']> = async (
  _parent,
  { input },
  { loaders, prompts },
) => {
  const { profiles, profileVersions, samples } = loaders();
  const [profile, sample] = await Promise.all([profiles.load(input.profileId), samples.load(input.sampleId)]);
  if (!profile || !sample) return null;
  if (sample.state !== 'READY') {
    throw new DomainError('SAMPLE_NOT_READY', `The sample is ${sample.state}.`, ['input', 'sampleId']);
  }
  const version = await loadExisting(profileVersions, profile.currentVersionId);
  const references = await Promise.all(version.referenceIds.map((id) => loadExisting(samples, id)));
  const { calls, notes } = prompts.preview(version, sample, references, input.readings ?? []);
  const sum = (field: 'inputTokens' | 'outputTokens') =>
    calls.reduce((total, call) => total + call[field], 0);
  return {
    calls,
    notes,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costMicroUsd: calls.reduce<number | null>(
      (total, { costMicroUsd }) => (total === null || costMicroUsd === null ? null : total + costMicroUsd),
      0,
    ),
  };
};

export const promptImage: PromptImageResolvers = { reference: ({ reference }) => reference ?? null };
