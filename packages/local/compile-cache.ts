import { fileURLToPath } from 'node:url';

/** Where Node keeps compiled modules; where it cannot write, it compiles them at every start. */
export const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/loupe', import.meta.url));
