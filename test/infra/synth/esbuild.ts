import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tools } from '../paths.ts';

/** The esbuild that SST links, loaded when it is first asked: it may have to be installed before. */
export function build(options: object) {
  return createRequire(join(tools, 'package.json'))('esbuild').build(options);
}

/** What SST puts before every bundle it makes: its configuration's and the functions'. */
export const BANNER = {
  js: [
    "import { createRequire as topLevelCreateRequire } from 'module';",
    'const require = topLevelCreateRequire(import.meta.url);',
    'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
    'const __filename = topLevelFileUrlToPath(import.meta.url)',
    'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
    '',
  ].join('\n'),
};
