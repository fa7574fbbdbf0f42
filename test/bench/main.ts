/**
 * Runs the benchmarks one after another, each in a process of its own, and writes all figures as one flat JSON object.
 *
 *     npm run bench -- [--only NAME] [--json FILE] [--runs N] [--list]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { flattenFigures } from './support/flatten-figures.ts';

const HELP = `Usage: npm run bench [-- --only NAME] [--json FILE] [--runs N] [--list]

Every file of test/bench is a benchmark: vision-plots.ts is vision.plots. Each runs in a process of its own,
the figures and what they are compared with taken in turns in the same process.

  --only NAME   those whose name starts with NAME: vision, vision.image, local, …; the ones that take minutes
                (${['soak'].join(', ')}) run only when named
  --json FILE   writes the figures as one flat JSON object, name to number: vision.… and local.… are Loupe's,
                peer.… those of what it is compared with, limit.… the floor that memory bandwidth sets, ms
  --runs N      how often each figure is taken; the least time counts. Each benchmark has its own default
  --list        names the benchmarks
  --help        shows this
`;

/** They run for many minutes. */
const LONG = ['soak'];
/** Programs that are not benchmarks, or report something else. */
const OTHERS = ['main.ts', 'memory-probe.ts'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    runs: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const benches = await findBenches();
const { only } = values;
const chosen = benches.filter(({ name }) =>
  only === undefined ? !LONG.includes(name) : name.startsWith(only),
);
if (values.help) process.stdout.write(HELP);
else if (values.list) process.stdout.write(`${benches.map(({ name }) => name).join('\n')}\n`);
else if (chosen.length === 0) {
  process.stderr.write(
    `No benchmark's name starts with ${only}. There are: ${benches.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exitCode = 1;
} else await runAll(chosen, values.json);

interface Bench {
  readonly name: string;
  readonly file: string;
}

async function findBenches(): Promise<Bench[]> {
  const files = await readdir(import.meta.dirname);
  return files
    .filter((file) => file.endsWith('.ts') && !OTHERS.includes(file))
    .sort()
    .map((file) => ({ name: file.slice(0, -3).replace('-', '.'), file: join(import.meta.dirname, file) }));
}

/** What measured functions log is part of their work, and not of the figures. */
function printFigure(line: string): void {
  if (!line.startsWith('{"level":')) process.stdout.write(`${line}\n`);
}

async function runAll(chosen: readonly Bench[], target: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-bench-'));
  const figures: Record<string, number> = {};
  const failed: string[] = [];
  for (const [position, { name, file }] of chosen.entries()) {
    process.stdout.write(`[${position + 1}/${chosen.length}] ${name}\n`);
    const written = join(folder, `${name}.json`);
    const runs = values.runs === undefined ? [] : ['--runs', values.runs];
    const child = spawn(process.execPath, [file, '--json', written, ...runs], {
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', printFigure);
    const [code] = await once(child, 'close');
    if (code === 0) Object.assign(figures, flattenFigures(name, JSON.parse(await readFile(written, 'utf8'))));
    else failed.push(name);
    // Written after each, so that what was measured is not lost with what comes later.
    if (target !== undefined) await writeFile(target, `${JSON.stringify(figures, null, 2)}\n`);
  }
  await rm(folder, { recursive: true });
  if (failed.length > 0) {
    process.stderr.write(`Failed: ${failed.join(', ')}.\n`);
    process.exitCode = 1;
  }
}
