import type { ModelResolvers } from '../../generated/types.ts';
import { encodeModelId } from '../../models.ts';

export const model: ModelResolvers = { id: ({ name }) => encodeModelId(name) };
