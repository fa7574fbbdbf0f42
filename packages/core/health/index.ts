export * from './count.ts';
export * from './day.ts';
export * from './drift.ts';
export * from './read-drift.ts';
export * from './verbs.ts';
export * from './watch-drift.ts';
