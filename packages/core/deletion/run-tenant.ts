import { endForDeletion, evaluationKind, isEvaluationEnded } from '../evaluation/index.ts';
import { type Platform, type RowKey, revise, type TenantScope, transition } from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import { tenantKind } from '../tenant/index.ts';
import { clearObjects } from './clear-objects.ts';
import type { KeptRows, TableScan } from './entity.ts';
import { listEvaluationsOf } from './list-evaluations-of.ts';
import { type Step, take, type Work } from './work.ts';

/**
 * The end of a tenant. Its credentials end, and its evaluations; when everything that was under way has ended too, its objects go and the whole
 * table is passed through for its rows, again and again until a pass finds none. No list of nouns is kept for it, so none
 * can be forgotten.
 */

/** Longest upload ticket, longest lease, and a session that is remembered. */
const CLOSING_MS = 65 * 60_000;
/** Longest wait for evaluations whose batches a provider is slow to end, and how often they are looked at. */
const BATCHES_MS = 24 * 3_600_000;
const LOOK_MS = 10 * 60_000;
/** Rows of one transaction, beside the job's own. */
const PAGE = 90;
/** Use is kept as long as the audit log. */
const KEPT_SECONDS = 400 * 86_400;
const NO_SCAN: TableScan = { pass: 0, found: 0, kept: [] };

export async function stepTenant(work: Work, isOver: () => boolean): Promise<Step> {
  const { closedAt, scan = NO_SCAN } = work.job();
  if (closedAt === undefined) {
    await closeTenant(work.scope);
    await endEvaluations(work);
    await work.commit({ closedAt: work.platform.clock() });
    return 'AGAIN';
  }
  const now = work.platform.clock();
  if (now < closedAt + CLOSING_MS) return { waitUntil: closedAt + CLOSING_MS };
  const isBegun = scan.pass > 0 || scan.from !== undefined || scan.found > 0;
  if (!isBegun && now < closedAt + BATCHES_MS && (await endEvaluations(work)))
    return { waitUntil: now + LOOK_MS };
  if (scan.from === undefined && !(await clearObjects(work, '', isOver))) return 'AGAIN';
  return scanPage(work, scan);
}

async function closeTenant(scope: TenantScope): Promise<void> {
  const now = scope.clock();
  await transition(scope, tenantKind, scope.tenantId, (tenant) =>
    tenant.closedAt === undefined ? revise(tenant, { archivedAt: now, closedAt: now }) : undefined,
  );
}

/**
 * Has them call back what is at providers, with its files, as long as the tenant's keys are there.
 * @returns whether any is still at it
 */
async function endEvaluations({ scope, job, platform }: Work): Promise<boolean> {
  let isAnyLeft = false;
  for await (const evaluation of listEvaluationsOf(scope)) {
    if (isEvaluationEnded(evaluation)) continue;
    isAnyLeft = true;
    await transition(scope, evaluationKind, evaluation.id, (current) =>
      endForDeletion(current, job().id, platform.clock()),
    );
  }
  return isAnyLeft;
}

async function scanPage(work: Work, scan: TableScan): Promise<Step> {
  const page = await findRows(work.platform, work.job().tenantId, scan.from);
  const gone = page.rows.filter(({ kept }) => kept === undefined);
  for (let from = 0; from < gone.length; from += PAGE) {
    const rows = gone.slice(from, from + PAGE);
    const writes = rows.map(({ key }) => sealWrite({ kind: 'delete', key }));
    const found = scan.found + from + rows.length;
    await take(work, { writes, counts: { rows: rows.length } }, { scan: { ...scan, found } });
  }
  const endless = page.rows.filter(({ kept, expires }) => kept === 'usage' && !expires);
  const ttl = Math.ceil(work.platform.clock() / 1000) + KEPT_SECONDS;
  for (let from = 0; from < endless.length; from += PAGE) {
    const writes = endless.slice(from, from + PAGE).map(({ key }) => sealWrite({ kind: 'expire', key, ttl }));
    await work.commit({}, writes);
  }
  const kept = countKept(scan.kept, page.rows);
  const found = scan.found + gone.length;
  if (page.next !== undefined) {
    await work.commit({ scan: { ...scan, from: page.next, found, kept } });
    return 'AGAIN';
  }
  if (found === 0) {
    await work.commit({ kept });
    return 'DONE';
  }
  await work.commit({ scan: { pass: scan.pass + 1, found: 0, kept: [] } });
  return 'AGAIN';
}

interface FoundRow {
  readonly key: RowKey;
  readonly expires: boolean;
  /** Why it stays. */
  readonly kept: KeptRows['what'] | undefined;
}

async function findRows(
  platform: Platform,
  tenantId: string,
  from: RowKey | undefined,
): Promise<{ readonly rows: readonly FoundRow[]; readonly next: RowKey | undefined }> {
  const { rows, next } = await platform.table.scanTenant(tenantId, from);
  return { rows: rows.map((row) => ({ ...row, kept: chooseKept(row.key) })), next };
}

/** Who did what, what was used and paid, and what was deleted stay for as long as the law wants to know. */
function chooseKept({ pk }: RowKey): KeptRows['what'] | undefined {
  const [owner, kind] = pk.split('#');
  if (kind === 'auditEntry') return 'auditEntries';
  if (kind === 'usage') return 'usage';
  return owner === 'operator' && kind === 'deletion' ? 'certificates' : undefined;
}

function countKept(before: readonly KeptRows[], rows: readonly FoundRow[]): KeptRows[] {
  return (['auditEntries', 'certificates', 'usage'] as const).flatMap((what) => {
    const earlier = before.find((one) => one.what === what)?.rows ?? 0;
    const count = earlier + rows.filter(({ kept }) => kept === what).length;
    return count > 0 ? [{ what, rows: count }] : [];
  });
}
