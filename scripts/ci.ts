/**
 * What `.ci/run` does: checks and tests, phase by phase, as the README's commands do them. Every phase ends within its
 * limit, hung or not; the last line adds up the tests of all.
 */
import { countTests } from './ci/count-tests.ts';
import { type Phase, runPhase } from './ci/run-phase.ts';

// Several times what they take on two quiet cores.
const phases: readonly Phase[] = [
  { name: 'check', command: ['npm', 'run', '--silent', 'check'], limitSeconds: 240 },
  { name: 'tests', command: ['npm', 'test', '--silent'], limitSeconds: 2100 },
  {
    // Through the public protocols once more, on a local cloud that makes faults.
    name: 'tests with faults',
    command: [
      ...(['npm', 'test', '--silent', '--', 'test/acceptance', 'test/isolation'] as const),
      // Faults come by chance, sometimes more of them than a test has patience for: what fails three times has a fault of its own.
      ...['--testTimeout', '100000', '--hookTimeout', '100000', '--retry', '2'],
      // Half of the time is spent waiting for second deliveries.
      ...['--maxWorkers', '5'],
    ],
    environment: { LOUPE_TEST_FAULTS: 'mild,seed=7' },
    limitSeconds: 1500,
  },
  { name: 'deployment', command: ['npm', 'run', '--silent', 'check:deploy'], limitSeconds: 1200 },
];

// An exit ends the phase's processes too; a signal alone would not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

let output = '';
const failed: string[] = [];
for (const phase of phases) {
  const started = performance.now();
  const result = await runPhase({ ...phase, environment: { NO_COLOR: '1', ...phase.environment } }, (text) =>
    process.stdout.write(text),
  );
  output += result.output;
  if (!result.ok) failed.push(phase.name);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${phase.name} (${seconds} s)\n`);
  if (phase.name === 'check' && !result.ok) break;
}
const { passed, failed: failures, skipped } = countTests(output);
if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}\n`);
process.stdout.write(`${passed} passed, ${failures} failed, ${skipped} skipped\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
