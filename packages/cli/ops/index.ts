export { commands } from './commands/index.ts';
export { parseCall } from './parse.ts';
export { runOps } from './run.ts';
