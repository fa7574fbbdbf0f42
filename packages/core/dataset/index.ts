export * from './bad-lines.ts';
export * from './entity.ts';
export * from './formats.ts';
export * from './reference-items.ts';
export * from './run-import.ts';
export * from './states.ts';
export * from './verbs.ts';
export * from './version.ts';
