import type { ApiKeyResolvers } from '../../generated/types.ts';

export const apiKey: ApiKeyResolvers = {
  trustedDocumentsOnly: ({ trustedDocumentsOnly }) => trustedDocumentsOnly ?? false,
  version: ({ rev }) => rev,
  lastUsedAt: ({ id }, _args, { loaders }) => loaders().lastUses.load(id),
  previousExpiresAt: ({ previous }) => previous?.until,
};
