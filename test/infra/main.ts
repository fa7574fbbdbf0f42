/**
 * `npm run check:deploy`: everything about the deployment that can be checked without an account. Types of the
 * configuration against SST's own source, the functions' bundles, and the tests of this folder.
 *     npm run check:deploy [-- --update]     with --update the reviewed rights become what they are now
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';
import { prepare } from './prepare.ts';
import { synthesise } from './synth/synthesise.ts';

const HELP = `Usage: npm run check:deploy [-- --update]

Checks without an AWS account what a deployment would make. The first run installs SST and compiles the Lambda runtime
client: about two minutes, 450 MB.

  --update   takes the rights of the functions as reviewed: test/infra/rights.txt becomes what they are now
  --help     shows this
`;

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(0);
}
const update = process.argv.includes('--update') ? ['--update'] : [];

async function runStep(name: string, work: () => unknown): Promise<void> {
  const started = performance.now();
  await work();
  process.stdout.write(`ok   ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}

function run(tool: string, ...args: string[]): void {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')} found what is above.`);
}

try {
  await runStep('SST and the Lambda runtime client are here', prepare);
  await runStep('types of sst.config.ts and stacks/', () => run('tsc', '--project', 'stacks'));
  await runStep('bundles', () => synthesise('production', { bundles: true }));
  await runStep('tests', () => run('vitest', 'run', '--config', 'test/infra/vitest.config.ts', ...update));
} catch (error) {
  process.stderr.write(`FAIL ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
