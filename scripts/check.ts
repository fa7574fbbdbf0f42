/** `npm run check`: types, lint, schema and unused code, each step named, all of them run, exit 1 when one fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readOptions } from './read-options.ts';

readOptions(
  `Usage: npm run check

Checks types, lint, imports, the schema and unused code, each step named, all of them run. Exit code 1 when one fails.
`,
  {},
);

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const steps: readonly { readonly name: string; readonly command: readonly [string, ...string[]] }[] = [
  { name: 'types', command: [bin('tsc'), '--project', '.'] },
  { name: 'lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'imports', command: [process.execPath, 'scripts/imports.ts'] },
  { name: 'schema', command: [process.execPath, 'scripts/schema.ts', '--check'] },
  { name: 'schema lint', command: [bin('eslint'), 'schema'] },
  { name: 'unused code', command: [bin('knip')] },
];

const failed = steps.filter(({ name, command: [file, ...args] }) => {
  const started = performance.now();
  const { status } = spawnSync(file, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  return status !== 0;
});
process.exitCode = failed.length > 0 ? 1 : 0;
