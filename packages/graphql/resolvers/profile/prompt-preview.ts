import { DomainError } from '@loupe/core/platform';
import { findCorrections } from '@loupe/core/review';
import type { PromptImageResolvers, QueryResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const promptPreview: NonNullable<QueryResolvers['promptPreview']> = async (
  _parent,
  { input },
  { loaders, prompts, tenant },
) => {
  const { profiles, profileVersions, samples } = loaders();
  const [profile, sample] = await Promise.all([profiles.load(input.profileId), samples.load(input.sampleId)]);
  if (!profile || !sample) return null;
  if (sample.state !== 'READY') {
    throw new DomainError('SAMPLE_NOT_READY', `The sample is ${sample.state}.`, ['input', 'sampleId']);
  }
  const version = await loadExisting(profileVersions, profile.currentVersionId);
  const references = await Promise.all(version.referenceIds.map((id) => loadExisting(samples, id)));
  const examples = version.prompt?.exemplars?.count ?? 0;
  const corrections = examples > 0 ? await findCorrections(tenant(), version.profileId, sample) : [];
  const { preview } = await prompts();
  const { calls, notes } = preview(
    version,
    sample,
    references,
    input.readings ?? [],
    corrections.slice(0, examples),
  );
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

export const promptImage: PromptImageResolvers = {
  exemplar: ({ inspectionId }, _args, { loaders }) =>
    inspectionId === undefined ? null : loadExisting(loaders().inspections, inspectionId),
  reference: ({ reference }) => reference ?? null,
};
