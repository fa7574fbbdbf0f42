export * from './actions.ts';
export * from './api-key.ts';
export * from './api-key-verbs.ts';
export * from './authenticate.ts';
export * from './policy.ts';
export * from './tenant-request.ts';
export * from './upload-token.ts';
