import type { TenantResolvers } from '../../generated/types.ts';

export const tenant: TenantResolvers = { version: ({ rev }) => rev };
