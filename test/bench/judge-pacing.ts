/**
 * Pacing against simulated providers, in virtual time: how much of the limit is used, how many calls are refused, what
 * the tenant that comes off worst gets of its fair share, and what it costs in writes to the table and in receives.
 *
 *     npm run bench -- --only judge.pacing [--runs MINUTES]
 *
 * Each worker has room for 1.6 times what the limit lets through: 24 calls a minute, which take 0.6 to 2.4 s. Four tenants
 * want 1.5 times the limit. A warm-up of 1,500 calls, ten minutes at least, in which a limit that is stated nowhere is
 * measured, is not counted; `--runs` is how many minutes after it are.
 */
import { PROVIDERS } from '../../packages/judge/pacing/simulation/provider.ts';
import { simulate } from '../../packages/judge/pacing/simulation/simulate.ts';
import { runBench } from './support/run-bench.ts';

const PER_WORKER = 24;
const DEMANDS = { a: 0.5, b: 0.5, c: 0.1, d: 0.4 };
const WORKERS = [1, 2, 4, 8, 16, 32, 64];

await runBench(10, async (minutes) => {
  const figures: Record<string, number> = {};
  process.stdout.write('provider  workers   used %  refused %  worst share %  writes  receives\n');
  for (const [name, provider] of Object.entries(PROVIDERS)) {
    const all = [];
    for (const workers of WORKERS) {
      const perMinute = workers * PER_WORKER;
      const scenario = {
        provider,
        workers,
        perMinute,
        demands: DEMANDS,
        minutes,
        warmUpMinutes: Math.max(10, Math.ceil(1500 / perMinute)),
        seed: 7,
      };
      const made = await simulate(scenario);
      all.push(made);
      const percent = (part: number, digits: number) => (100 * part).toFixed(digits);
      const cells = [
        name.padEnd(8),
        String(workers).padStart(8),
        percent(made.used, 2).padStart(8),
        percent(made.refused, 3).padStart(10),
        percent(made.worstShare, 1).padStart(14),
        made.writesPerCall.toFixed(2).padStart(7),
        made.receivesPerCall.toFixed(1).padStart(9),
      ];
      process.stdout.write(`${cells.join(' ')}\n`);
    }
    figures[`judge.pacing_${name}_least_used.percent`] = 100 * Math.min(...all.map(({ used }) => used));
    figures[`judge.pacing_${name}_most_refused.percent`] =
      100 * Math.max(...all.map(({ refused }) => refused));
    figures[`judge.pacing_${name}_worst_share.percent`] =
      100 * Math.min(...all.map(({ worstShare }) => worstShare));
  }
  return { figures };
});
