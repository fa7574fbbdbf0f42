import { DomainError } from './errors.ts';
import { parseNoun } from './ids.ts';
import type { RowKey } from './row-key.ts';
import {
  ConditionFailedError,
  type Entity,
  type Page,
  type Placement,
  type QueryOptions,
  sealWrite,
  type Table,
  type Write,
} from './table.ts';

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

  async function findMany<T>(
    kind: string,
    ids: readonly string[],
    fields?: readonly (keyof T & string)[],
  ): Promise<(T | undefined)[]> {
    const known = ids.filter((id) => parseNoun(id));
    const keys = known.map((id) => keyOf(kind, id));
    const found = await table.getMany<T>(keys, fields);
    const byId = new Map(known.map((id, position) => [id, found[position]]));
    return ids.map((id) => byId.get(id));
  }

  const replace = <T extends Entity>(kind: EntityKind<T>, entity: T): Write =>
    sealWrite({
      kind: 'replace',
      key: keyOf(kind.name, entity.id),
      body: entity,
      placement: place(kind, entity),
      expectedRev: entity.rev - 1,
    });

  return {
    /** Undefined for an id that is none of ours, too. */
    get: async <T extends Entity>(kind: EntityKind<T>, id: string): Promise<T | undefined> =>
      parseNoun(id) && table.get<T>(keyOf(kind.name, id)),

    /** Objects in the order asked, undefined where there is none. */
    getMany: <T extends Entity>(kind: EntityKind<T>, ids: readonly string[]): Promise<(T | undefined)[]> =>
      findMany<T>(kind.name, ids),

    /** The same with some of their fields alone: for many at once that costs a fraction. */
    pickMany: <T extends Entity, K extends keyof T & string>(
      kind: EntityKind<T>,
      ids: readonly string[],
      fields: readonly K[],
    ): Promise<(Pick<T, K> | undefined)[]> => findMany<Pick<T, K>>(kind.name, ids, fields),

    /** Objects in an index partition, by sort key. */
    query: <T extends Entity>(
      index: 'byTenant' | 'byParent',
      partition: string,
      options: QueryOptions,
    ): Promise<Page<T>> => table.query<T>(index, prefix(partition), options),

    /** Rows that hang on an object: links and counters. */
    listAttached: <T>(owner: string, id: string, skPrefix: string): Promise<T[]> =>
      table.list<T>(prefix(`${owner}#${id}`), skPrefix),

    /** The same, with the rows' sort keys. */
    listAttachedWithKeys: <T>(
      owner: string,
      id: string,
      skPrefix: string,
    ): Promise<{ sk: string; body: T }[]> => table.listWithKeys<T>(prefix(`${owner}#${id}`), skPrefix),

    transact: (writes: readonly Write[]): Promise<void> => table.transact(writes),

    create: <T extends Entity>(kind: EntityKind<T>, entity: T): Write =>
      sealWrite({
        kind: 'create',
        key: keyOf(kind.name, entity.id),
        body: entity,
        placement: place(kind, entity),
      }),

    /** Replaces the revision `entity` was made from; see `revise`. */
    replace,

    /**
     * Stores a person's change of one object.
     * @throws DomainError VERSION_CONFLICT when somebody else changed it meanwhile
     */
    async save<T extends Entity>(kind: EntityKind<T>, entity: T): Promise<T> {
      try {
        await table.transact([replace(kind, entity)]);
        return entity;
      } catch (error) {
        if (!(error instanceof ConditionFailedError)) throw error;
        throw new DomainError('VERSION_CONFLICT', 'The object was changed meanwhile. Read it again.');
      }
    },

    /**
     * A row that hangs on an object; `replaces` is the revision it takes the place of, if any. With `dueAt` the sweep finds
     * it under the object's key: one such row an object, unless the object is due itself.
     */
    attach: (
      owner: string,
      id: string,
      sk: string,
      body: object,
      options: {
        readonly ttl?: number;
        readonly replaces?: number | undefined;
        readonly dueAt?: number | undefined;
      } = {},
    ): Write => {
      const row = { key: keyOf(owner, id, sk), body, placement: { ttl: options.ttl, dueAt: options.dueAt } };
      return sealWrite(
        options.replaces === undefined
          ? { kind: 'create', ...row }
          : { kind: 'replace', ...row, expectedRev: options.replaces },
      );
    },

    /** Deletes an object as it was read; the write fails when it was changed meanwhile. */
    remove: <T extends Entity>(kind: EntityKind<T>, { id, rev }: T): Write =>
      sealWrite({ kind: 'delete', key: keyOf(kind.name, id), expectedRev: rev }),

    /** Deletes a row that hangs on an object; the write fails when there is none. */
    detach: (owner: string, id: string, sk: string): Write =>
      sealWrite({ kind: 'delete', key: keyOf(owner, id, sk) }),

    /** Sort keys of the rows that hang on an object, at most `limit`. */
    listRows: async (owner: string, id: string, skPrefix: string, limit: number): Promise<string[]> =>
      (await table.listKeys(prefix(`${owner}#${id}`), skPrefix, limit)).map(({ sk }) => sk),

    getAttached: <T>(owner: string, id: string, sk: string): Promise<T | undefined> =>
      table.get<T>(keyOf(owner, id, sk)),

    /** Rows that hang on several objects under the same names: for each id as many as there are names. */
    async getManyAttached<T>(
      owner: string,
      ids: readonly string[],
      sks: readonly string[],
    ): Promise<(T | undefined)[][]> {
      const found = await table.getMany<T>(ids.flatMap((id) => sks.map((sk) => keyOf(owner, id, sk))));
      return ids.map((_, position) => found.slice(position * sks.length, (position + 1) * sks.length));
    },

    /** Adds to the numbers of a counter row, making it when absent; fails when one would grow beyond `atMost`. */
    add: (
      owner: string,
      id: string,
      sk: string,
      amounts: Readonly<Record<string, number>>,
      atMost?: Readonly<Record<string, number>>,
    ): Write => sealWrite({ kind: 'add', key: keyOf(owner, id, sk), amounts, atMost }),
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
