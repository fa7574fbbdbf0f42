/**
 * Time and memory of the evaluation metrics, beside scikit-learn where `python3` has it.
 *
 *     node test/bench/metrics.ts [--json FILE] [--items N]
 *
 * `metrics.bootstrap_100k.s`: every metric with 1,000 resamples over 100,000 scores, all distinct. `metrics.rank_10m.s`:
 * AUROC, AUPR and F1-max (with all else that one walk finds) of 10 million float64 scores; `.rss_mb` is the growth of the
 * process's resident memory over it, the input of 90 MB included. Times are the shortest of three runs, for the
 * machine may be busy; `.cpu_s` is the processor time of the same runs.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawUint32, measure, seedRandom } from '../../packages/metrics/index.ts';
import { resample } from '../../packages/metrics/intervals/bootstrap.ts';
import { buildRanking } from '../../packages/metrics/ranking/ranking.ts';

const { values } = parseArgs({
  options: { json: { type: 'string' }, items: { type: 'string', default: '10000000' } },
});
const items = Number(values.items);

const startedAtMb = process.memoryUsage.rss() / 2 ** 20;
let peakMb = startedAtMb;
const note = () => {
  peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
};
const large = makeScores(items);
const rank = time(() => {
  const ranking = buildRanking(large.scores, large.labels);
  note();
  measure(ranking);
});
note();

const small = makeScores(100_000);
const ranking = buildRanking(small.scores, small.labels);
resample(ranking, { resamples: 50 });
const bootstrap = time(() => resample(ranking, { resamples: 1000 }));

const theirs = runScikitLearn(items);
const figures = {
  'metrics.bootstrap_100k.s': bootstrap.s,
  'metrics.bootstrap_100k.cpu_s': bootstrap.cpuS,
  'metrics.rank_10m.s': rank.s,
  'metrics.rank_10m.cpu_s': rank.cpuS,
  'metrics.rank_10m.rss_mb': peakMb - startedAtMb,
  ...(theirs && {
    'scikit_learn.rank_10m.s': theirs.rank,
    'scikit_learn.rank_10m.rss_mb': theirs.rssMb,
    'scikit_learn.bootstrap_100k.s': theirs.bootstrap,
  }),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

/** One item in five is anomalous, and scores 0.2 higher. */
function makeScores(count: number) {
  const scores = new Float64Array(count);
  const labels = new Uint8Array(count);
  const state = seedRandom(20261122);
  for (let i = 0; i < count; i++) {
    labels[i] = drawUint32(state) < 2 ** 32 / 5 ? 1 : 0;
    scores[i] = 0.8 * ((drawUint32(state) + drawUint32(state) / 2 ** 32) / 2 ** 32) + (labels[i] ? 0.2 : 0);
  }
  return { scores, labels };
}

function time(work: () => void): { s: number; cpuS: number } {
  const runs = [1, 2, 3].map(() => {
    const [started, used] = [performance.now(), process.cpuUsage()];
    work();
    return { s: (performance.now() - started) / 1000, cpuS: process.cpuUsage(used).user / 1e6 };
  });
  return { s: Math.min(...runs.map(({ s }) => s)), cpuS: Math.min(...runs.map(({ cpuS }) => cpuS)) };
}

/** AUROC, AUPR and F1-max of as many scores; and 20 resamples of them over 100,000, times 50. */
function runScikitLearn(count: number): { rank: number; rssMb: number; bootstrap: number } | undefined {
  const program = `
import json, resource, time
import numpy
from sklearn import metrics
def mb(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def judge(labels, scores):
    precision, recall, _ = metrics.precision_recall_curve(labels, scores)
    return (metrics.roc_auc_score(labels, scores), metrics.average_precision_score(labels, scores),
            (2 * precision * recall / numpy.maximum(precision + recall, 1e-300)).max())
random = numpy.random.default_rng(1)
def make(n):
    labels = (random.random(n) < 0.2).astype(numpy.uint8)
    return labels, 0.8 * random.random(n) + 0.2 * labels
before = mb()
labels, scores = make(${count})
started = time.time(); judge(labels, scores); rank = time.time() - started
rss = mb() - before
labels, scores = make(100000)
positives, negatives = numpy.flatnonzero(labels), numpy.flatnonzero(labels == 0)
started = time.time()
for _ in range(20):
    drawn = numpy.concatenate([random.choice(positives, len(positives)), random.choice(negatives, len(negatives))])
    judge(labels[drawn], scores[drawn])
print(json.dumps({"rank": rank, "rssMb": rss, "bootstrap": (time.time() - started) * 50}))
`;
  for (const python of ['python3', '/usr/bin/python3']) {
    const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
    if (status === 0) return JSON.parse(stdout);
  }
  return undefined;
}
