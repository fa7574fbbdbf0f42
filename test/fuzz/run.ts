/**
 * Spoils files of every format for a while: `node test/fuzz/run.ts --minutes 10 --seed 1 [--only ply]`. What should not have
 * happened is saved below the system's temporary folder, one file each, with the command to see it again.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConverter } from '../../packages/vision/worker/index.ts';
import { mutations, truncate } from './mutate.ts';
import { Finding, judgeInput } from './oracle.ts';
import { createRandom, pickIndex } from './random.ts';
import { loadSeeds } from './seeds.ts';

const PROGRESS_MS = 5000;

const HELP = `Usage: npm run fuzz -- [--minutes N] [--seed S] [--only FORMAT]
       npm run fuzz -- --file FILE [--declared MEDIA_TYPE]

Converts damaged files until the time is over, and keeps those that end in anything but views or a refusal with a code.

  --minutes N    how long; default 1
  --seed S       another order of damage; default 1
  --only FORMAT  seeds whose name contains it: video, laz, csv, …
  --file FILE    one file again, as the media type that --declared names
  --help         shows this
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    file: { type: 'string' },
    declared: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const converter = createConverter();
const found = values.file === undefined ? await fuzz() : await replay(values.file);
converter.stop();
process.exitCode = found > 0 ? 1 : 0;

async function replay(file: string): Promise<number> {
  try {
    print(await judgeInput(converter, new Uint8Array(readFileSync(file)), values.declared));
    return 0;
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function fuzz(): Promise<number> {
  const random = createRandom(Number(values.seed));
  const seeds = (await loadSeeds()).filter(({ name }) => name.includes(values.only));
  const until = performance.now() + Number(values.minutes) * 60_000;
  const outcomes = new Map<string, number>();
  let inputs = 0;
  let findings = 0;
  let shownAt = performance.now();
  let folder: string | undefined;
  while (performance.now() < until) {
    const seed = seeds[pickIndex(random, seeds.length)];
    if (seed === undefined) throw new Error(`No seed is called ${values.only}.`);
    let bytes = new Uint8Array(seed.bytes);
    const steps: string[] = [];
    for (let left = 1 + pickIndex(random, 3); left > 0; left--) {
      const mutation = mutations[pickIndex(random, mutations.length)];
      if (mutation === undefined) continue;
      bytes = mutation.apply(bytes, random);
      steps.push(mutation.name);
    }
    if (random() < 0.1) bytes = truncate(bytes, pickIndex(random, 100));
    inputs += 1;
    const began = performance.now();
    try {
      const outcome = await judgeInput(converter, bytes, seed.declaredMediaType);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      findings += 1;
      folder ??= mkdtempSync(join(tmpdir(), 'loupe-fuzz-'));
      const file = join(folder, `${findings}-${seed.name.replaceAll(' ', '-')}`);
      writeFileSync(file, bytes);
      const declared = seed.declaredMediaType === undefined ? '' : ` --declared ${seed.declaredMediaType}`;
      print(
        `${seed.name}, ${steps.join(', ')} (${Math.round(performance.now() - began)} ms): ${error.message}`,
      );
      print(`  node test/fuzz/run.ts --file ${file}${declared}`);
    }
    if (performance.now() - shownAt > PROGRESS_MS) {
      shownAt = performance.now();
      print(`${inputs} inputs, ${findings} findings, ${Math.round((until - shownAt) / 1000)} s left`);
    }
  }
  print(JSON.stringify({ seed: values.seed, inputs, findings, outcomes: Object.fromEntries(outcomes) }));
  return findings;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
