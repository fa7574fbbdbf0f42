export * from './entity.ts';
export * from './verbs.ts';
