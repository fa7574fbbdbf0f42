/**
 * Figures, report and files of evaluations by the number of their results, without the journeys of objects: what the results
 * of a chunk hold is made as it is read, and files that are written are counted and forgotten.
 *
 *     node test/bench/evaluation-figures.ts [--results 100000,1000000] [--variants 1] [--classes 5] [--distinct 0] [--levels 0] [--json FILE]
 *
 * For each number of results, of all variants together, in a process of its own: processor time, without that of making the results, for each result and in all
 * (`cpu_us_per_result`, `cpu_s`), the greatest resident memory, and the bytes of all files. `--distinct` is how many
 * different scores there are, 0 for as many as results; `--levels` how many levels each item's map has beside its mask. An answer has 150 characters of reasoning.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Chunk, Evaluation, ItemResult } from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { drawUint32, seedRandom } from '@loupe/metrics';
import { storeOutputs } from '../../packages/functions/evaluate-outputs.ts';

const CHUNK_ITEMS = 500;
const REASONING =
  'The solder joint at the upper left edge lacks its fillet, and the pad beside it is lifted from the board; '.padEnd(
    150,
    'the rest is as it is on the reference. ',
  );

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: '100000,1000000' },
    variants: { type: 'string', default: '1' },
    classes: { type: 'string', default: '5' },
    distinct: { type: 'string', default: '0' },
    levels: { type: 'string', default: '0' },
    json: { type: 'string' },
  },
});
const variants = Number(values.variants);
const classes = Number(values.classes);
const sizes = values.results.split(',').map(Number);
const [only] = sizes;
/** Written once: the same for all. */
const localisation = describeLocalisation(Number(values.levels));
const figures = sizes.length === 1 && only !== undefined ? await measure(only) : measureApart();
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

/** Memory is of a process: each size has its own. */
function measureApart(): Record<string, number> {
  const args = process.argv
    .slice(1)
    .filter((_, i, all) => ![all[i], all[i - 1]].some((one) => one === '--results' || one === '--json'));
  return Object.assign(
    {},
    ...sizes.map((size) => {
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [...process.execArgv, ...args, '--results', `${size}`],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as Record<string, number>;
    }),
  );
}

async function measure(results: number): Promise<Record<string, number>> {
  const items = Math.floor(results / variants);
  let [making, fileBytes, files] = [0, 0, 0];
  const make = (text: () => Uint8Array) => {
    const before = process.threadCpuUsage();
    const bytes = text();
    const used = process.threadCpuUsage(before);
    making += used.user + used.system;
    return bytes;
  };
  const scope = openScope(items, make, async (_path, bytes) => {
    fileBytes += bytes.length;
    files++;
  });
  const before = process.cpuUsage();
  await storeOutputs(scope, describeEvaluation(items));
  const { user, system } = process.cpuUsage(before);
  const us = user + system - making;
  return Object.fromEntries(
    Object.entries({
      cpu_us_per_result: us / results,
      cpu_s: us / 1e6,
      peak_rss_mb: process.resourceUsage().maxRSS / 1024,
      files,
      file_mb: fileBytes / 2 ** 20,
    }).map(([name, value]) => [`evaluation.figures.${results}.${name}`, value]),
  );
}

function describeEvaluation(items: number): Evaluation {
  return {
    id: 'evl_1',
    rev: 1,
    state: 'REDUCING',
    datasetId: 'dst_1',
    datasetVersionId: 'dsv_1',
    profileId: 'prf_1',
    profileVersionId: 'pfv_1',
    variants: Array.from({ length: variants }, (_, i) => ({ name: `variant ${i}` })),
    useItemClass: false,
    seed: 1,
    chunkItems: CHUNK_ITEMS,
    chunkCount: Math.ceil(items / CHUNK_ITEMS) * variants,
    itemCount: items * variants,
    round: 0,
    createdAt: 0,
    attempt: 1,
  };
}

/** What the outputs are made from: rows by their kind, and results of chunks by their position. */
function openScope(
  items: number,
  make: (text: () => Uint8Array) => Uint8Array,
  put: (path: string, bytes: Uint8Array) => Promise<void>,
): TenantScope {
  const rows: Readonly<Record<string, object>> = {
    profileVersion: { id: 'pfv_1', profileId: 'prf_1', number: 1, referenceIds: [] },
    profile: { id: 'prf_1', name: 'Made' },
    dataset: { id: 'dst_1', name: 'Made' },
    datasetVersion: { id: 'dsv_1', number: 1, digest: '0', itemCount: items, leakCount: 0 },
  };
  const chunks = Array.from({ length: Math.ceil(items / CHUNK_ITEMS) * variants }, (_, position): Chunk => {
    const from = Math.floor(position / variants) * CHUNK_ITEMS;
    return {
      rev: 2,
      position,
      variant: position % variants,
      from,
      to: Math.min(items, from + CHUNK_ITEMS),
      state: 'DONE',
      attempt: 1,
      reservedMicroUsd: 0,
      totals: { items: CHUNK_ITEMS, failed: 0, costMicroUsd: 0 },
    };
  });
  const scope = {
    table: {
      get: async ({ name }: { readonly name: string }) => rows[name],
      getMany: async () => [],
      listAttached: async () => chunks,
    },
    bucket: {
      get: async (path: string) => {
        const chunk = chunks[Number(path.split('/').at(-2))];
        if (!chunk) throw new Error(`Nothing lies at ${path}.`);
        return make(() => writeResults(chunk));
      },
      put,
    },
  };
  return scope as unknown as TenantScope;
}

/** One item in five is anomalous, and scores 0.2 higher; one answer in a thousand was refused. */
function writeResults({ from, to, variant }: Chunk): Uint8Array {
  const state = seedRandom(variant, from);
  const distinct = Number(values.distinct);
  const lines = Array.from({ length: to - from }, (_, i) => {
    const index = from + i;
    const anomalous = index % 5 === 0;
    const drawn = 0.8 * (drawUint32(state) / 2 ** 32) + (anomalous ? 0.2 : 0);
    const score = distinct > 0 ? Math.round(drawn * distinct) / distinct : drawn;
    const answer = { outcome: 'PARSED', score, decision: score >= 0.5 ? 'ANOMALOUS' : 'NORMAL' } as const;
    const result: ItemResult = {
      index,
      item: `board/${String(index).padStart(8, '0')}`,
      sampleId: `smp_${String(index).padStart(26, '0')}`,
      class: `board ${index % classes}`,
      anomalous,
      ...(anomalous && { defectType: ['crack', 'lifted pad', 'bridge'][index % 3] }),
      modality: 'IMAGE',
      ...(index % 1000 === 7 ? { outcome: 'REFUSED', decision: 'UNCERTAIN' } : answer),
      reasoning: `${REASONING}${index}`,
      costMicroUsd: 40,
      inputTokens: 1000,
      outputTokens: 60,
      latencyMs: 800 + (drawUint32(state) % 3000),
    };
    return JSON.stringify(result).replace(/}$/, localisation);
  });
  return Buffer.from(lines.join('\n'));
}

/** The end of an item's line. */
function describeLocalisation(levels: number): string {
  if (levels === 0) return '}';
  const of = Array.from({ length: levels }, (_, i) => [i, 200 + i, i % 20, (i % 20) / 3000]);
  const found: ItemResult['localisation'] = {
    hasEvidence: true,
    pixels: { levels: of as [number, number, number, number][], regions: 1 },
    maskIou: 0.4,
    boxIou: 0.5,
    isPointed: true,
  };
  return `,"localisation":${JSON.stringify(found)}}`;
}
