import { assertMay, type TenantRequest } from '../access/index.ts';
import { describeActor } from '../audit/index.ts';
import {
  createOnce,
  decodeCursor,
  encodeCursor,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  RESEND_AFTER_MS,
  scopeCursors,
} from '../platform/index.ts';
import { type ExportFile, exportKind, locateManifest, type TenantExport } from './entity.ts';

/** Begins to write down everything the tenant owns; while one export is at work, it is given again. */
export async function createExport(
  { session, scope }: TenantRequest,
  input: { readonly idempotencyKey?: string | null | undefined },
): Promise<TenantExport> {
  assertMay(session, 'export.create');
  const newest = { limit: 1, newestFirst: true };
  const [last] = (await scope.table.query<TenantExport>('byTenant', 'export', newest)).items;
  const atWork = last && (await scope.table.get(exportKind, last.id));
  if (atWork?.state === 'RUNNING') return atWork;
  const request = { operation: 'export.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => {
    const now = scope.clock();
    const job: TenantExport = {
      id: scope.createId('export'),
      rev: 1,
      state: 'RUNNING',
      requestedBy: describeActor(session),
      createdAt: now,
      rows: {},
      files: 0,
      bytes: 0,
      parts: {},
      manifest: [],
      source: 0,
      troubles: 0,
      dueAt: now + RESEND_AFTER_MS,
    };
    return { id: job.id, value: job, writes: [scope.table.create(exportKind, job)] };
  });
  if ('replayOf' in created) return load(scope, exportKind, created.replayOf, ['input']);
  // When the message is lost, the sweep sends it.
  const message = { tenantId: scope.tenantId, jobId: created.value.id };
  await scope.queues.send('leave', [message]).catch(() => undefined);
  return created.value;
}

export async function findExport(
  { session, scope }: TenantRequest,
  id: string,
): Promise<TenantExport | undefined> {
  assertMay(session, 'export.read');
  return scope.table.get(exportKind, id);
}

export async function listExports(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<TenantExport>> {
  assertMay(session, 'export.read');
  return listPage<TenantExport>(scope, 'byTenant', 'export', page);
}

export interface ExportFilePage {
  readonly items: readonly ExportFile[];
  readonly next: string | undefined;
  readonly cursorOf: (file: ExportFile) => string;
}

/** The files of an export that is DONE, in the order of its manifest. */
export async function listExportFiles(
  { session, scope }: TenantRequest,
  job: TenantExport,
  { first, after }: PageRequest,
): Promise<ExportFilePage> {
  assertMay(session, 'export.read');
  const cursors = scopeCursors(scope, `export#${job.id}`);
  let at = after ? Number(decodeCursor(cursors, after)) + 1 : 0;
  const start = at;
  const items: ExportFile[] = [];
  if (job.state === 'DONE') {
    let begins = 0;
    for (const [position, lines] of job.manifest.entries()) {
      if (items.length >= first) break;
      if (at < begins + lines) {
        const bytes = await scope.bucket.get(locateManifest(job.id, position + 1));
        const files = Buffer.from(bytes)
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as ExportFile);
        items.push(...files.slice(at - begins, at - begins + first - items.length));
        at = start + items.length;
      }
      begins += lines;
    }
  }
  const cursorAt = (position: number) => encodeCursor(cursors, String(position));
  return {
    items,
    next: at < job.files && items.length > 0 ? cursorAt(at - 1) : undefined,
    cursorOf: (file) => cursorAt(start + items.indexOf(file)),
  };
}
