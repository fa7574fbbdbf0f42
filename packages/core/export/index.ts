export * from './entity.ts';
export * from './run.ts';
export * from './states.ts';
export * from './verbs.ts';
