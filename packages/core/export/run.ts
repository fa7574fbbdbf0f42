import { createHash } from 'node:crypto';
import {
  createTenantScope,
  type Lease,
  type ListedObject,
  ObjectChangedError,
  type Platform,
  revise,
  type TenantScope,
  transition,
  type Write,
} from '../platform/index.ts';
import { prepareAnnouncer } from '../webhook/index.ts';
import {
  type ExportFile,
  exportKind,
  locateData,
  locateExport,
  locateManifest,
  nameFile,
  type TenantExport,
} from './entity.ts';
import { SOURCES } from './sources.ts';
import { claimExport, completeExport, expireExport, releaseExport } from './states.ts';

/** Objects listed at once, and lines of an object of the manifest at most. */
const PAGE = 200;
const JSON_LINES = 'application/x-ndjson';

/**
 * Goes on with an export until it is done or `deadline` (epoch ms) comes; of one whose time is over, deletes the files. Each
 * step writes one object under a name of its own and then the job's row, so that a step done twice is the same.
 * @returns when to go on, in epoch ms; undefined when there is nothing to go on with
 */
export async function runExport(
  platform: Platform,
  tenantId: string,
  id: string,
  lease: Lease,
  deadline: number,
): Promise<number | undefined> {
  const scope = createTenantScope(platform, tenantId);
  const claimed = await transition(scope, exportKind, id, (job) => claimExport(job, lease, platform.clock()));
  if (!claimed) return undefined;
  const isOver = () => platform.clock() >= deadline;
  const release = (broke: boolean) =>
    transition(scope, exportKind, id, (job) => releaseExport(job, lease.token, platform.clock(), broke));
  try {
    if (claimed.state === 'DONE' ? await clear(scope, claimed, isOver) : await write(scope, claimed, isOver))
      return undefined;
    await release(false);
    return platform.clock();
  } catch (error) {
    await release(true);
    throw error;
  }
}

/** @returns whether it is done */
async function write(scope: TenantScope, claimed: TenantExport, isOver: () => boolean): Promise<boolean> {
  let job = claimed;
  while (!isOver()) {
    const changes =
      job.source < SOURCES.length ? await writeRows(scope, job) : await writeManifest(scope, job, isOver);
    if (!changes) {
      await complete(scope, job);
      return true;
    }
    job = await save(scope, revise(job, changes));
  }
  return false;
}

/** A page of a noun's rows as an object. */
async function writeRows(scope: TenantScope, job: TenantExport): Promise<Partial<TenantExport>> {
  const source = SOURCES[job.source];
  if (!source) throw new Error(`An export has no source ${job.source}.`);
  const { noun } = source;
  const { rows, next } = await source.read(scope, job.cursor ?? { list: 0 });
  const onwards = next ? { cursor: next } : { source: job.source + 1, cursor: undefined };
  if (rows.length === 0) return onwards;
  const part = (job.parts[noun] ?? 0) + 1;
  await scope.bucket.put(locateData(job.id, noun, part), renderLines(rows), JSON_LINES);
  return {
    ...onwards,
    parts: { ...job.parts, [noun]: part },
    rows: { ...job.rows, [noun]: (job.rows[noun] ?? 0) + rows.length },
  };
}

/** Digests of the next objects as a part of the manifest; undefined when there is none. */
async function writeManifest(
  scope: TenantScope,
  job: TenantExport,
  isOver: () => boolean,
): Promise<Partial<TenantExport> | undefined> {
  const listed = await scope.bucket.list('', PAGE, job.after);
  if (listed.length === 0) return undefined;
  const files: ExportFile[] = [];
  let after = job.after;
  for (const object of listed) {
    const path = nameFile(job.id, object.path);
    const file = path === undefined ? undefined : await describeFile(scope, path, object);
    if (file) files.push(file);
    after = object.path;
    if (isOver()) break;
  }
  if (files.length === 0) return { after };
  await scope.bucket.put(locateManifest(job.id, job.manifest.length + 1), renderLines(files), JSON_LINES);
  return {
    after,
    files: job.files + files.length,
    bytes: job.bytes + files.reduce((sum, { bytes }) => sum + bytes, 0),
    manifest: [...job.manifest, files.length],
  };
}

/** Undefined for one that was deleted meanwhile. Reads it piece by piece, however large it is. */
async function describeFile(
  scope: TenantScope,
  path: string,
  object: ListedObject,
): Promise<ExportFile | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of scope.bucket.read(object.path)) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    if (error instanceof ObjectChangedError) return undefined;
    throw error;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

async function complete(scope: TenantScope, job: TenantExport): Promise<void> {
  const announcer = await prepareAnnouncer(scope);
  const done = completeExport(job, scope.clock());
  await save(scope, done, announcer.draft('export.completed', { exportId: job.id }));
  await announcer.send();
}

async function clear(scope: TenantScope, job: TenantExport, isOver: () => boolean): Promise<boolean> {
  while (!isOver()) {
    const listed = await scope.bucket.list(locateExport(job.id), PAGE);
    if (listed.length === 0) {
      await save(scope, expireExport(job));
      return true;
    }
    await scope.bucket.remove(listed.map(({ path }) => path));
  }
  return false;
}

async function save(
  scope: TenantScope,
  job: TenantExport,
  also: readonly Write[] = [],
): Promise<TenantExport> {
  await scope.table.transact([scope.table.replace(exportKind, job), ...also]);
  return job;
}

function renderLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
