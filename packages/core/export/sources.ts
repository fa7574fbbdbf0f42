import type { Entity, TenantScope } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import { tenantKind } from '../tenant/index.ts';
import { readHours } from '../usage/index.ts';
import { describeCredential, describeRow } from './describe-row.ts';

/** Where a source goes on. */
export interface SourceCursor {
  /** Position among its partitions or months. */
  readonly list: number;
  /** The parent that is read, and the one that was read last. */
  readonly parent?: string | undefined;
  readonly parentAfter?: string | undefined;
  readonly after?: string | undefined;
}

export interface SourcePage {
  readonly rows: readonly object[];
  /** Undefined after the last page. */
  readonly next: SourceCursor | undefined;
}

/** The rows of a noun, a page at a time. */
export interface Source {
  readonly noun: string;
  readonly read: (scope: TenantScope, cursor: SourceCursor) => Promise<SourcePage>;
}

const PAGE = 400;

/** Everything a tenant owns that is a row. What only makes the service work (limits, leases, links) is left out. */
export const SOURCES: readonly Source[] = [
  { noun: 'tenants', read: readTenant },
  readList('members', ['member', 'member:removed']),
  readList('invitations', ['invitation', 'invitation:closed'], describeCredential),
  readList('apiKeys', ['apiKey', 'apiKey:revoked'], describeCredential),
  readList('connections', ['connection', 'connection:archived'], describeCredential),
  readList('profiles', ['profile', 'profile:archived']),
  readChildren(
    'profileVersions',
    ['profile', 'profile:archived'],
    'byParent',
    (id) => `profile#${id}#version`,
  ),
  readChildren(
    'decisionChanges',
    ['profile', 'profile:archived'],
    'byParent',
    (id) => `profile#${id}#decisionChange`,
  ),
  readChildren('reviews', ['profile', 'profile:archived'], 'byTenant', (id) => `profile#${id}#review`),
  { noun: 'profileRecords', read: readProfileRecords },
  readList('samples', ['sample', 'sample:archived']),
  readList('inspections', ['inspection', 'inspection:archived']),
  readList('consultations', ['profileDraft', 'turn']),
  readList('datasets', ['dataset', 'dataset:archived']),
  readChildren(
    'datasetVersions',
    ['dataset', 'dataset:archived'],
    'byParent',
    (id) => `dataset#${id}#version`,
  ),
  readChildren('datasetImports', ['dataset', 'dataset:archived'], 'byParent', (id) => `dataset#${id}#import`),
  readList('evaluations', ['evaluation']),
  readList('webhooks', ['webhook', 'webhook:archived']),
  readChildren('deliveries', ['webhook', 'webhook:archived'], 'byParent', (id) => `webhook#${id}#delivery`),
  readList('deletions', ['deletion']),
  readList('auditEntries', ['audit']),
  { noun: 'usage', read: readUsage },
];

/** Index partitions one after the other. */
function readList(noun: string, partitions: readonly string[], describe = describeRow): Source {
  return {
    noun,
    async read(scope, { list, after }) {
      const page = await scope.table.query<Entity>('byTenant', partitions[list] ?? '', {
        limit: PAGE,
        after,
      });
      const rows = page.items.map(describe);
      if (page.next !== undefined) return { rows, next: { list, after: page.next } };
      return { rows, next: list + 1 < partitions.length ? { list: list + 1 } : undefined };
    },
  };
}

/** What hangs on the objects of index partitions, one parent after the other. */
function readChildren(
  noun: string,
  parents: readonly string[],
  index: 'byParent' | 'byTenant',
  place: (parentId: string) => string,
): Source {
  return {
    noun,
    read: (scope, cursor) =>
      eachParent(scope, parents, cursor, async (parent, after) => {
        const page = await scope.table.query<Entity>(index, place(parent), { limit: PAGE, after });
        return { rows: page.items.map(describeRow), next: page.next };
      }),
  };
}

async function eachParent(
  scope: TenantScope,
  partitions: readonly string[],
  cursor: SourceCursor,
  read: (parent: string, after: string | undefined) => Promise<{ rows: object[]; next: string | undefined }>,
): Promise<SourcePage> {
  const { list, parentAfter, after } = cursor;
  const parent = cursor.parent ?? (await findNext(scope, partitions[list] ?? '', parentAfter));
  if (parent === undefined)
    return { rows: [], next: list + 1 < partitions.length ? { list: list + 1 } : undefined };
  const page = await read(parent, after);
  return {
    rows: page.rows,
    next:
      page.next === undefined
        ? { list, parentAfter: parent }
        : { list, parent, parentAfter, after: page.next },
  };
}

async function findNext(
  scope: TenantScope,
  partition: string,
  after: string | undefined,
): Promise<string | undefined> {
  const { items } = await scope.table.query<Entity>('byTenant', partition, { limit: 1, after });
  return items[0]?.id;
}

async function readTenant(scope: TenantScope): Promise<SourcePage> {
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  return { rows: tenant ? [describeRow(tenant)] : [], next: undefined };
}

/** Counts, health by day, spending and calibration of profiles: rows that hang on them. */
function readProfileRecords(scope: TenantScope, cursor: SourceCursor): Promise<SourcePage> {
  return eachParent(scope, ['profile', 'profile:archived'], cursor, async (profileId) => {
    const rows = await scope.table.listAttachedWithKeys<object>(profileKind.name, profileId, '');
    return {
      rows: rows
        .filter(({ sk }) => sk !== '#')
        .map(({ sk, body }) => ({ profileId, record: sk, ...describeRow(body) })),
      next: undefined,
    };
  });
}

/** Use by the hour, month after month since the tenant was made. */
async function readUsage(scope: TenantScope, { list }: SourceCursor): Promise<SourcePage> {
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  const from = new Date(tenant?.createdAt ?? scope.clock());
  const at = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + list, 1);
  if (at > scope.clock()) return { rows: [], next: undefined };
  return { rows: await readHours(scope, new Date(at).toISOString().slice(0, 7)), next: { list: list + 1 } };
}
