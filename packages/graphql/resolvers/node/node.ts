import type { QueryResolvers } from '../../generated/types.ts';
import { findNode } from './find-node.ts';

export const node: NonNullable<QueryResolvers['node']> = (_parent, { id }, context) => findNode(context, id);
