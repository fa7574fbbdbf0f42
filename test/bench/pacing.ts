/**
 * Pacing against simulated providers, in virtual time: how much of the limit is used, how many calls are refused, what
 * the tenant that comes off worst gets of its fair share, and what it costs in reads, writes and receives.
 *
 *     node test/bench/pacing.ts [--workers 1,2,4,8,16,32,64] [--providers headers,strict,window,silent] [--minutes N] [--json FILE]
 *
 * Every worker is wanted for 1.5 times what the limit lets through: 24 calls a minute for each, which take 0.6 to 2.4 s.
 * Ten minutes of warm-up are not counted.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PROVIDERS, type ProviderKind } from '../../packages/judge/pacing/simulation/provider.ts';
import { simulate } from '../../packages/judge/pacing/simulation/simulate.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4,8,16,32,64' },
    providers: { type: 'string', default: 'headers,strict,window,silent' },
    minutes: { type: 'string', default: '30' },
    json: { type: 'string' },
  },
});
const PER_WORKER = 24;
const DEMANDS = { a: 0.5, b: 0.5, c: 0.1, d: 0.4 };
const kinds: Readonly<Record<string, ProviderKind>> = PROVIDERS;

process.stdout.write(
  'provider  workers  limit/min   used %  refused %  worst share %  writes  reads  receives\n',
);
const all = [];
for (const name of values.providers.split(',')) {
  const provider = kinds[name];
  if (provider === undefined) throw new Error(`There is no simulated provider ${name}.`);
  for (const workers of values.workers.split(',').map(Number)) {
    const figures = await simulate({
      provider,
      workers,
      perMinute: workers * PER_WORKER,
      demands: DEMANDS,
      minutes: Number(values.minutes),
      warmUpMinutes: 10,
      seed: 7,
    });
    all.push(figures);
    const percent = (part: number, digits: number) => (100 * part).toFixed(digits);
    const cells = [
      name.padEnd(8),
      String(workers).padStart(8),
      String(workers * PER_WORKER).padStart(10),
      percent(figures.used, 2).padStart(8),
      percent(figures.refused, 3).padStart(10),
      percent(figures.worstShare, 1).padStart(14),
      figures.writesPerCall.toFixed(2).padStart(7),
      figures.readsPerCall.toFixed(1).padStart(6),
      figures.receivesPerCall.toFixed(1).padStart(9),
    ];
    process.stdout.write(`${cells.join(' ')}\n`);
  }
}
const summary = {
  'judge.pacing_used_least.ratio': Math.min(...all.map(({ used }) => used)),
  'judge.pacing_refused_most.ratio': Math.max(...all.map(({ refused }) => refused)),
  'judge.pacing_worst_share.ratio': Math.min(...all.map(({ worstShare }) => worstShare)),
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(summary, null, 2)}\n`);
