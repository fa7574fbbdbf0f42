export * from './corrections.ts';
export * from './decide-truth.ts';
export * from './entity.ts';
export * from './verbs.ts';
