export * from './call-settings.ts';
export * from './decision-change.ts';
export * from './definition.ts';
export { checkReferences, type ModelCheck } from './definition.ts';
export * from './entity.ts';
export * from './judges-alike.ts';
export * from './prompt-settings.ts';
export * from './verbs.ts';
export * from './watch.ts';
