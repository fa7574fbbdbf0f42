import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from './compile-cache.ts';

// Before any other import: without this every start compiles all modules again, which takes twice the time.
enableCompileCache(COMPILE_CACHE);
const { main } = await import('./run.ts');
await main(process.argv.slice(2));
