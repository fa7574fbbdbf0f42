import { listUploadedParts, planParts, readUploadState, sealUploadId } from '@loupe/core/sample';
import type { MultipartUploadResolvers } from '../../generated/types.ts';

export const multipartUpload: MultipartUploadResolvers = {
  expiresAt: ({ uploadUntil }) => uploadUntil,
  partBytes: (parent) => planParts(parent)?.partBytes ?? 0,
  partCount: (parent) => planParts(parent)?.partCount ?? 0,
  state: (parent) => readUploadState(parent),
  uploadId: ({ id }, _args, { tenant }) => sealUploadId(tenant().scope, id),
  uploadedParts: async (parent, _args, { tenant }) => [...(await listUploadedParts(tenant().scope, parent))],
};
