export * from './entity.ts';
export * from './seal.ts';
export * from './verbs.ts';
