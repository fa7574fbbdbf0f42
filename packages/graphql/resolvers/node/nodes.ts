import { DomainError } from '@loupe/core/platform';
import type { QueryResolvers } from '../../generated/types.ts';
import { findNode } from './find-node.ts';

const MAX_IDS = 100;

export const nodes: NonNullable<QueryResolvers['nodes']> = (_parent, { ids }, context) => {
  if (ids.length > MAX_IDS) {
    throw new DomainError('INVALID', `nodes takes at most ${MAX_IDS} ids, not ${ids.length}.`, ['ids']);
  }
  return Promise.all(ids.map((id) => findNode(context, id)));
};
