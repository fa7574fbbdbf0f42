export * from './definition.ts';
export * from './entity.ts';
export * from './verbs.ts';
