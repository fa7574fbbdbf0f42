export * from './entity.ts';
export * from './links.ts';
export * from './parts.ts';
export * from './states.ts';
export * from './upload-verbs.ts';
export * from './verbs.ts';
export * from './view-settings.ts';
