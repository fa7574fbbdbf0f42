/** The command `npm run -s metrics`. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Protocol } from './protocol/figures.ts';
import { judgePredictions } from './protocol/judge-groups.ts';
import { PredictionReader } from './protocol/read-predictions.ts';

const HELP = `Judges predictions made elsewhere.

  npm run -s metrics -- --protocol paper|clean [options] FILE.jsonl

FILE.jsonl, or - for standard input, has one JSON object per line:
  {"item": "bottle/000", "class": "bottle", "label": 0|1, "score": 0.93, "outcome": "PARSED"}
label 1 is anomalous; score is greater for more anomalous; outcome may be absent, or one of PARSED, REPAIRED,
REFUSED, UNPARSEABLE, ERROR: the last three are missing answers and need no score.

  --protocol clean   continuous scores, anomalous is the positive class
  --protocol paper   hard answers, normal is the positive class (arXiv 2403.11083, Table I)
  --threshold X      anomalous from this score on; default 0.5
  --resamples N      of the bootstrap behind the 95 % intervals; 0 for none; default 1000
  --seed N           of the bootstrap; default 1
  --variant NAME     of a file with several, as evaluations export it, take this one
  --trapezoid        also give auprTrapezoid

Writes JSON with pooled, macro and classes. A metric without a value is null, and reasons says why. Bad lines are
reported with number and reason, and the command ends with 1.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      protocol: { type: 'string' },
      threshold: { type: 'string', default: '0.5' },
      resamples: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      variant: { type: 'string' },
      trapezoid: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const protocol = requireProtocol(values.protocol);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new Error('Name one file of predictions, or - for standard input.');
  const options = {
    protocol,
    threshold: requireNumber('--threshold', values.threshold, -Infinity, Infinity),
    resamples: requireWhole('--resamples', values.resamples, 100_000),
    seed: requireWhole('--seed', values.seed, 2 ** 32 - 1),
    extra: values.trapezoid ? (['auprTrapezoid'] as const) : [],
  };
  const reader = new PredictionReader(values.variant);
  const input = file === '-' ? process.stdin : createReadStream(file);
  // A stream's error does not reach the lines' loop by itself.
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  const read = (async () => {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) reader.read(line);
  })();
  await Promise.race([read, failed]);
  if (reader.badLines.length > 0) {
    for (const { line, reason } of reader.badLines) process.stderr.write(`line ${line}: ${reason}\n`);
    process.stderr.write(`${reader.badLines.length} bad lines in ${file}; nothing was judged.\n`);
    return 1;
  }
  if (reader.predictions.length === 0) throw new Error(`${file} has no predictions.`);
  process.stdout.write(`${JSON.stringify(judgePredictions(reader.predictions, options), null, 2)}\n`);
  return 0;
}

function requireProtocol(value: string | undefined): Protocol {
  if (value === 'paper' || value === 'clean') return value;
  throw new Error(`--protocol must be paper or clean${value === undefined ? '' : `, not ${value}`}.`);
}

function requireNumber(name: string, value: string, low: number, high: number): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= low && number <= high) return number;
  throw new Error(`${name} must be a number, not ${value}.`);
}

function requireWhole(name: string, value: string, most: number): number {
  const number = requireNumber(name, value, 0, most);
  if (Number.isInteger(number)) return number;
  throw new Error(`${name} must be a whole number from 0 to ${most}, not ${value}.`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)} See --help.\n`);
  process.exitCode = 1;
}
