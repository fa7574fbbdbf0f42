export * from './entity.ts';
export * from './list-entries.ts';
export * from './secret-reads.ts';
export * from './verbs.ts';
