import type { EvaluationItemResolvers } from '../../generated/types.ts';

export const evaluationItem: EvaluationItemResolvers = {
  name: ({ item }) => item,
  className: (parent) => parent.class,
  label: ({ anomalous }) => (anomalous ? 'ANOMALOUS' : 'NORMAL'),
  sample: async ({ sampleId }, _args, { loaders }) => (await loaders().samples.load(sampleId)) ?? null,
};
