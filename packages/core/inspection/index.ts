export * from './announce.ts';
export * from './counts.ts';
export * from './entity.ts';
export * from './notify-waiting.ts';
export * from './states.ts';
export * from './usage.ts';
export * from './verbs.ts';
