export * from './entity.ts';
export * from './links.ts';
export * from './states.ts';
export * from './verbs.ts';
export * from './view-settings.ts';
