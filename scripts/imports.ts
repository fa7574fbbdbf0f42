/**
 * Who may import whom: the rooms of the architecture, held by `npm run check`. Tests and benchmarks beside the code
 * may import whatever they test.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

interface Room {
  /** Rooms whose public entries may be imported. */
  readonly rooms: readonly string[];
  /** Single entries of other rooms that may be imported. */
  readonly entries?: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages that must not come in, nor anything below them. */
  readonly never?: readonly string[];
}

const AWS = ['@aws-sdk', '@smithy', 'aws-lambda', 'sst'];
const GRAPHQL = ['graphql', '@apollo', 'graphql-scalars', 'dataloader'];
const PICTURES = ['sharp', 'libheif-js'];
const MODELS = ['openai', '@google/genai'];

const rooms: Readonly<Record<string, Room>> = {
  core: {
    rooms: [],
    entries: ['@loupe/judge/scores', '@loupe/metrics'],
    never: [...GRAPHQL, 'aws-lambda', 'sst', ...PICTURES, ...MODELS],
  },
  vision: { rooms: [], never: [...AWS, ...GRAPHQL, ...MODELS] },
  judge: { rooms: [], types: ['vision'], never: [...AWS, ...GRAPHQL, ...PICTURES] },
  metrics: { rooms: [], never: [...AWS, ...GRAPHQL, ...PICTURES, ...MODELS] },
  graphql: {
    rooms: ['core'],
    entries: ['@loupe/vision/place'],
    types: ['vision'],
    never: [...AWS, ...PICTURES, ...MODELS],
  },
  functions: { rooms: ['core', 'graphql', 'vision', 'judge', 'metrics'], never: ['sst', '@aws-sdk'] },
  local: { rooms: ['core'], never: [...PICTURES, ...MODELS] },
  sdk: { rooms: [], never: [...AWS, ...GRAPHQL, ...PICTURES, ...MODELS] },
  cli: {
    rooms: ['sdk', 'metrics', 'vision'],
    entries: ['@loupe/core/resources', '@loupe/core/deployment-options'],
    never: ['sst', ...MODELS],
  },
};

const root = join(import.meta.dirname, '..');
const importPattern =
  /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function checkFile(file: string): string[] {
  const room = file.split('/')[1] ?? '';
  const rule = rooms[room];
  if (!rule) return [`${file}: the room ${room} is not in scripts/imports.ts`];
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(importPattern)].flatMap(([, typeOnly, from, bare, dynamic]) => {
    const target = from ?? bare ?? dynamic ?? '';
    const problem = findProblem(file, room, rule, target, typeOnly !== undefined);
    return problem ? [`${file}: ${problem}`] : [];
  });
}

function findProblem(
  file: string,
  room: string,
  rule: Room,
  target: string,
  typeOnly: boolean,
): string | undefined {
  if (target.startsWith('.')) {
    const resolved = normalize(join(dirname(file), target));
    return resolved.startsWith(`packages/${room}/`) ? undefined : `reaches out of its room by ${target}`;
  }
  const other = /^@loupe\/([^/]+)/.exec(target)?.[1];
  if (other !== undefined) {
    if (
      rule.rooms.includes(other) ||
      rule.entries?.includes(target) ||
      (typeOnly && rule.types?.includes(other))
    )
      return undefined;
    return `may not import ${target}${rule.types?.includes(other) ? ' but for its types' : ''}`;
  }
  const banned = rule.never?.find((name) => target === name || target.startsWith(`${name}/`));
  return banned && `may not import ${target}`;
}

const files = globSync('packages/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.ts$|\/(testing|fixtures|generated)\//.test(file));
const problems = files.flatMap(checkFile);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
