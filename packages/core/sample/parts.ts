import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TenantScope } from '../platform/index.ts';
import type { Sample } from './entity.ts';

/** Size of every part but the last, in bytes. */
export const PART_BYTES = 8 * 1024 * 1024;
/** Largest file taken in parts, in bytes. */
export const MAX_BYTES_IN_PARTS = 512 * 1024 * 1024;

/** How a file is cut. */
export interface PartPlan {
  readonly partBytes: number;
  readonly partCount: number;
}

export function planParts({ bytes, parts }: Sample): PartPlan | undefined {
  return parts && { partBytes: parts.partBytes, partCount: Math.ceil(bytes / parts.partBytes) };
}

/** Bytes of one part, 1 to `partCount`. */
export function measurePart(bytes: number, { partBytes, partCount }: PartPlan, number: number): number {
  return number < partCount ? partBytes : bytes - (partCount - 1) * partBytes;
}

/**
 * Names the upload of a sample to whoever announced it. Nobody can make one of a sample's id, so a device's token
 * reaches the uploads that it was told of and no others.
 */
export function sealUploadId(scope: TenantScope, sampleId: string): string {
  return `${sampleId}.${computeMac(scope, sampleId).toString('base64url')}`;
}

/** The sample's id; undefined for what was not made by `sealUploadId` for this tenant. */
export function openUploadId(scope: TenantScope, uploadId: string): string | undefined {
  const [sampleId = '', mac = ''] = uploadId.split('.');
  const [expected, actual] = [computeMac(scope, sampleId), Buffer.from(mac, 'base64url')];
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? sampleId : undefined;
}

function computeMac({ secret, tenantId }: TenantScope, sampleId: string): Buffer {
  return createHmac('sha256', secret).update(`upload:${tenantId}:${sampleId}`).digest();
}
