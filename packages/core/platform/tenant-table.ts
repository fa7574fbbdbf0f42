import type { Entity, Page, Placement, QueryOptions, RowKey, Table, Write } from './table.ts';

/** How one noun's objects are stored and found, in parts relative to the tenant. */
export interface EntityKind<T extends Entity> {
  /** First part of the key, e.g. `sample`. */
  readonly name: string;
  /** Index entries; partitions are relative to the tenant. */
  readonly place: (entity: T) => Placement;
}

export type TenantTable = ReturnType<typeof scopeTable>;

/** The table as one tenant's request sees it: every key it can name begins with that tenant. */
export function scopeTable(table: Table, tenantId: string) {
  const prefix = (part: string) => `${tenantId}#${part}`;
  const keyOf = (kind: string, id: string, sk = '#'): RowKey => ({ pk: prefix(`${kind}#${id}`), sk });

  function place<T extends Entity>(kind: EntityKind<T>, entity: T): Placement {
    const { byTenant, byParent, dueAt, ttl } = kind.place(entity);
    return {
      byTenant: byTenant && { ...byTenant, partition: prefix(byTenant.partition) },
      byParent: byParent && { ...byParent, partition: prefix(byParent.partition) },
      dueAt,
      ttl,
    };
  }

  return {
    get: <T extends Entity>(kind: EntityKind<T>, id: string): Promise<T | undefined> =>
      table.get<T>(keyOf(kind.name, id)),

    getMany: <T extends Entity>(kind: EntityKind<T>, ids: readonly string[]): Promise<(T | undefined)[]> =>
      table.getMany<T>(ids.map((id) => keyOf(kind.name, id))),

    /** Objects in an index partition, by sort key. */
    query: <T extends Entity>(
      index: 'byTenant' | 'byParent',
      partition: string,
      options: QueryOptions,
    ): Promise<Page<T>> => table.query<T>(index, prefix(partition), options),

    /** Rows that hang on an object: links and counters. */
    listAttached: <T>(owner: string, id: string, skPrefix: string): Promise<T[]> =>
      table.list<T>(prefix(`${owner}#${id}`), skPrefix),

    transact: (writes: readonly Write[]): Promise<void> => table.transact(writes),

    create: <T extends Entity>(kind: EntityKind<T>, entity: T): Write => ({
      kind: 'create',
      key: keyOf(kind.name, entity.id),
      body: entity,
      placement: place(kind, entity),
    }),

    /** Replaces the revision `entity` was made from; see `revise`. */
    replace: <T extends Entity>(kind: EntityKind<T>, entity: T): Write => ({
      kind: 'replace',
      key: keyOf(kind.name, entity.id),
      body: entity,
      placement: place(kind, entity),
      expectedRev: entity.rev - 1,
    }),

    /** Holds the transaction to the revision of `entity` that was read. */
    require: <T extends Entity>(kind: EntityKind<T>, entity: T): Write => ({
      kind: 'require',
      key: keyOf(kind.name, entity.id),
      expectedRev: entity.rev,
    }),

    /** A row that hangs on an object; `body` is what `listAttached` gives back. */
    attach: (owner: string, id: string, sk: string, body: object, ttl?: number): Write => ({
      kind: 'create',
      key: keyOf(owner, id, sk),
      body,
      placement: { ttl },
    }),

    getAttached: <T>(owner: string, id: string, sk: string): Promise<T | undefined> =>
      table.get<T>(keyOf(owner, id, sk)),

    /** Adds to the numbers of a counter row, making it when absent. */
    add: (owner: string, id: string, sk: string, amounts: Readonly<Record<string, number>>): Write => ({
      kind: 'add',
      key: keyOf(owner, id, sk),
      amounts,
    }),
  };
}

/** The next revision of an object. Fields given as undefined are cleared. */
export function revise<T extends Entity>(entity: T, changes: { [K in keyof T]?: T[K] | undefined }): T {
  return { ...entity, ...changes, rev: entity.rev + 1 };
}

/** Reads a row key back: whose object it is. Undefined for rows that belong to no tenant. */
export function parseRowKey(key: RowKey): { tenantId: string; kind: string; id: string } | undefined {
  const [tenantId, kind, id] = key.pk.split('#');
  return tenantId && kind && id ? { tenantId, kind, id } : undefined;
}
