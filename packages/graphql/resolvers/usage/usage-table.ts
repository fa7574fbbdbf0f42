import { renderTable } from '@loupe/core/usage';
import type { UsageResolvers } from '../../generated/types.ts';

export const usageTable: UsageResolvers = {
  table: ({ days, hours }, { by, format }, context) =>
    renderTable(context.tenant().scope.tenantId, by === 'HOUR' ? hours : days, format),
};
