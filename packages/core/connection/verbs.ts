import { createHmac } from 'node:crypto';
import { assertMay, type TenantRequest } from '../access/index.ts';
import { recordSecretRead, type SecretReader } from '../audit/index.ts';
import {
  ConditionFailedError,
  checkText,
  createNotFoundError,
  createOnce,
  DomainError,
  type Draft,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  type TenantScope,
  type Write,
} from '../platform/index.ts';
import { checkUrl } from '../webhook/index.ts';
import { type Connection, connectionKind, PROVIDERS, type Provider } from './entity.ts';
import { openSecret, sealSecret } from './seal.ts';

export interface ConnectionInput {
  readonly provider: Provider;
  readonly apiKey: string;
  readonly url?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Which connection is used for which provider: one row a tenant. */
interface InUse {
  readonly rev: number;
  readonly byProvider: Readonly<Partial<Record<Provider, string>>>;
}

/** Asks a provider whether it takes a key. */
export type CheckProvider = (
  connection: Pick<Connection, 'provider' | 'url'>,
  apiKey: string,
) => Promise<{ readonly isWorking: boolean; readonly detail: string }>;

const OWNER = 'connections';
const ID_PATH = ['input', 'id'];
const HINT_LENGTH = 4;
const [MIN_KEY, MAX_KEY] = [8, 500];

/** Keeps a provider's key for the tenant, in place of the one it had. The key is never given back. */
export async function createConnection(
  { session, scope }: TenantRequest,
  input: ConnectionInput,
): Promise<Connection> {
  assertMay(session, 'connection.create');
  // Nothing that could be tried against a list of keys stands in the row that remembers the request.
  const apiKey = createHmac('sha256', scope.secret).update(input.apiKey).digest('hex');
  const request = {
    operation: 'connection.create',
    key: input.idempotencyKey,
    input: { provider: input.provider, url: input.url, apiKey },
  };
  const created = await orConflict(() => createOnce(scope, request, () => draftConnection(scope, input)));
  return 'value' in created ? created.value : load(scope, connectionKind, created.replayOf, ['input']);
}

async function draftConnection(scope: TenantScope, input: ConnectionInput): Promise<Draft<Connection>> {
  const apiKey = checkText(input.apiKey, ['input', 'apiKey'], MIN_KEY, MAX_KEY);
  const url = await checkEndpoint(scope, input.provider, input.url ?? undefined);
  const id = scope.createId('connection');
  const connection: Connection = {
    id,
    rev: 1,
    provider: input.provider,
    url,
    displayHint: `…${apiKey.slice(-HINT_LENGTH)}`,
    sealed: await sealSecret(scope, id, apiKey),
    createdAt: scope.clock(),
  };
  const inUse = await readInUse(scope);
  const earlierId = inUse.byProvider[input.provider];
  const earlier = earlierId === undefined ? undefined : await scope.table.get(connectionKind, earlierId);
  const writes = [
    scope.table.create(connectionKind, connection),
    ...(earlier && earlier.archivedAt === undefined
      ? [scope.table.replace(connectionKind, endConnection(earlier, scope.clock()))]
      : []),
    writeInUse(scope, inUse, { ...inUse.byProvider, [input.provider]: id }),
  ];
  return { id, value: connection, writes };
}

/** Nobody asks with its key any more: that goes, and what is shown of it stays. */
function endConnection(connection: Connection, now: number): Connection {
  return revise(connection, { archivedAt: now, sealed: undefined });
}

/** Ends a connection: the deployment's own key is used again, where there is one. */
export async function archiveConnection({ session, scope }: TenantRequest, id: string): Promise<Connection> {
  assertMay(session, 'connection.archive');
  const connection = await load(scope, connectionKind, id, ID_PATH);
  if (connection.archivedAt !== undefined) return connection;
  const inUse = await readInUse(scope);
  const { [connection.provider]: current, ...others } = inUse.byProvider;
  const archived = endConnection(connection, scope.clock());
  const index = writeInUse(scope, inUse, current === id ? others : inUse.byProvider);
  await orConflict(() => scope.table.transact([scope.table.replace(connectionKind, archived), index]));
  return archived;
}

/** Asks the provider, now, whether it takes the key. */
export async function checkConnection(
  { session, scope }: TenantRequest,
  id: string,
  check: CheckProvider,
): Promise<Connection> {
  assertMay(session, 'connection.check');
  const connection = await load(scope, connectionKind, id, ID_PATH);
  if (!connection.sealed || connection.archivedAt !== undefined)
    throw createNotFoundError('connection', ID_PATH);
  const result = await check(connection, await openSecret(scope, id, connection.sealed));
  return scope.table.save(connectionKind, revise(connection, { check: { at: scope.clock(), ...result } }));
}

export async function findConnection(
  { session, scope }: TenantRequest,
  id: string,
): Promise<Connection | undefined> {
  assertMay(session, 'connection.read');
  return scope.table.get(connectionKind, id);
}

export async function listConnections(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<Connection>> {
  assertMay(session, 'connection.read');
  return listPage<Connection>(scope, 'byTenant', 'connection', page);
}

/** Providers the tenant has a key of its own for. */
export async function listConnected(scope: TenantScope): Promise<readonly string[]> {
  return Object.keys((await readInUse(scope)).byProvider);
}

/** The tenant's connection to a provider, for the worker that asks models. */
export async function findInUse(scope: TenantScope, provider: string): Promise<string | undefined> {
  const { byProvider } = await readInUse(scope);
  const known = PROVIDERS.find((each) => each === provider);
  return known && byProvider[known];
}

/** Where the tenant's segmenter is, and its key; undefined without one. For use at once and nowhere else. */
export async function openSegmenter(
  scope: TenantScope,
  reader: SecretReader,
): Promise<{ readonly url: string; readonly apiKey: string } | undefined> {
  const id = await findInUse(scope, 'segmenter');
  const connection = id === undefined ? undefined : await scope.table.get(connectionKind, id);
  if (!connection?.url || !connection.sealed || connection.archivedAt !== undefined) return undefined;
  await recordSecretRead(scope, connection.id, reader);
  return { url: connection.url, apiKey: await openSecret(scope, connection.id, connection.sealed) };
}

/** The key of a connection, opened; for use at once and nowhere else. */
export async function openConnection(
  scope: TenantScope,
  id: string,
  reader: SecretReader,
): Promise<string | undefined> {
  const connection = await scope.table.get(connectionKind, id);
  if (!connection?.sealed || connection.archivedAt !== undefined) return undefined;
  await recordSecretRead(scope, id, reader);
  return openSecret(scope, id, connection.sealed);
}

/** @throws DomainError INVALID for a segmenter without an address, an address that is not public, or one too many */
async function checkEndpoint(
  scope: TenantScope,
  provider: Provider,
  url: string | undefined,
): Promise<string | undefined> {
  const path = ['input', 'url'];
  if (provider === 'segmenter') {
    if (url !== undefined) return checkUrl(scope, url, path);
    throw new DomainError('INVALID', 'A segmenter has an address: give its url.', path);
  }
  if (url === undefined) return undefined;
  throw new DomainError('INVALID', 'Only a segmenter has an address of its own. Leave url out.', path);
}

async function readInUse(scope: TenantScope): Promise<InUse> {
  return (await scope.table.getAttached<InUse>(OWNER, 'all', '#')) ?? { rev: 0, byProvider: {} };
}

function writeInUse(scope: TenantScope, { rev }: InUse, byProvider: InUse['byProvider']): Write {
  const next: InUse = { rev: rev + 1, byProvider };
  return scope.table.attach(OWNER, 'all', '#', next, rev === 0 ? {} : { replaces: rev });
}

async function orConflict<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The connections were changed meanwhile. Try again.');
  }
}
