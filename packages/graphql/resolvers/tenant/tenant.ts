import { DEFAULT_PLAN } from '@loupe/core/usage';
import type { TenantResolvers } from '../../generated/types.ts';

export const tenant: TenantResolvers = {
  plan: ({ plan }) => plan ?? DEFAULT_PLAN,
  version: ({ rev }) => rev,
};
