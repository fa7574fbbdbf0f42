export * from './api-key.ts';
export * from './authenticate.ts';
export * from './find-api-key.ts';
export * from './policy.ts';
export * from './tenant-request.ts';
