/**
 * A warm API: the function's handler (authentication, Apollo Server, limits, cost) beside bare graphql-js and beside
 * GraphQL Yoga, all with the same schema, resolvers and context, on a local cloud in this process.
 *
 *     npm run bench -- --only functions.warm
 *
 * `list` reads 25 inspections with their profiles and samples, `viewer` reads nothing but the credential. Bare graphql-js
 * parses, validates and executes each time, and does nothing else.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInspection, createProfile, createTenant } from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { startCloud } from '@loupe/local';
import { createClient } from '@loupe/sdk';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { adoptEnvironment } from './support/environment.ts';
import { makeGraphqlEvent } from './support/http-event.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const root = join(import.meta.dirname, '..', '..');
const INSPECTIONS = 25;
/** Requests to a turn, so that a turn is longer than a garbage collection. */
const REQUESTS = 20;

const DOCUMENTS = {
  list: `query { inspections(first: ${INSPECTIONS}) { edges { node { id state createdAt label
    profile { id name } sample { id state createdAt } } } pageInfo { hasNextPage endCursor } } }`,
  viewer: 'query { viewer { actions apiKey { id } tenant { id name } } }',
} as const;

await runBench(15, async (runs) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-warm-'));
  const cloud = await startCloud({ resources, root, dataDir });
  try {
    adoptEnvironment(cloud.environment);
    const key = await fill(cloud.endpoints.api, cloud.environment.LOUPE_OPERATOR_KEY ?? '');
    const figures: Record<string, number> = {};
    for (const [name, document] of Object.entries(DOCUMENTS)) {
      Object.assign(figures, await compare(name, document, key, runs));
    }
    return { figures };
  } finally {
    await cloud.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

/** A tenant with a page of inspections whose files never come. */
async function fill(api: string, operatorKey: string): Promise<string> {
  const url = `${api}/graphql`;
  const { apiKey } = await createTenant(createClient({ url, apiKey: operatorKey }), 'Bench');
  const client = createClient({ url, apiKey });
  const profileId = await createProfile(client, { name: 'Board', className: 'board' });
  for (let index = 0; index < INSPECTIONS; index++) {
    const file = { name: `${index}.jpg`, contentType: 'image/jpeg', bytes: new Uint8Array(1000) };
    await createInspection(client, profileId, file, { label: `piece ${index}` });
  }
  return apiKey;
}

async function compare(
  name: string,
  document: string,
  key: string,
  runs: number,
): Promise<Record<string, number>> {
  // The functions read their environment when they are loaded.
  const { handler } = await import('../../packages/functions/api.ts');
  const { createSchema } = await import('../../packages/graphql/schema.ts');
  const schema = createSchema();
  const createContext = await prepareContext(key);
  const yoga = createYoga({ schema, context: createContext, logging: false, maskedErrors: false });
  const event = makeGraphqlEvent(document, key);
  const request = () =>
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: event.headers as Record<string, string>,
      body: event.body ?? '',
    });

  const ways = {
    ours: async () => (await handler(event)).body ?? '',
    bare: async () => JSON.stringify(await executeBare(schema, document, createContext())),
    yoga: async () => (await yoga.fetch(request())).text(),
  };
  const answers = await Promise.all(
    Object.values(ways).map(async (ask) => JSON.stringify(JSON.parse(await ask()).data)),
  );
  if (new Set(answers).size !== 1 || answers[0] === undefined)
    throw new Error(`The answers differ: ${answers.join('\n')}`);

  const times = await takeTurns(
    Object.fromEntries(Object.entries(ways).map(([way, ask]) => [way, () => repeat(ask)])) as Record<
      keyof typeof ways,
      () => unknown
    >,
    runs,
  );
  return {
    [`functions.warm_${name}.ms`]: times.ours / REQUESTS,
    [`peer.graphql_js_${name}.ms`]: times.bare / REQUESTS,
    [`peer.yoga_${name}.ms`]: times.yoga / REQUESTS,
    [`functions.warm_${name}.ratio`]: times.ours / times.bare,
    [`functions.warm_${name}_to_yoga.ratio`]: times.ours / times.yoga,
  };
}

async function repeat(ask: () => Promise<string>): Promise<void> {
  for (let index = 0; index < REQUESTS; index++) await ask();
}

async function executeBare(schema: GraphQLSchema, document: string, contextValue: unknown): Promise<unknown> {
  const parsed = parse(document);
  const errors = validate(schema, parsed);
  if (errors.length > 0) return { errors };
  return execute({ schema, document: parsed, contextValue });
}

/** The context that the handler makes of the key, without asking who it is again. */
async function prepareContext(key: string): Promise<() => object> {
  const { createAuthenticator } = await import('@loupe/core/access');
  const { createContext } = await import('@loupe/graphql');
  const { config } = await import('../../packages/functions/environment.ts');
  const { modelDirectory } = await import('../../packages/functions/models.ts');
  const { platform } = await import('../../packages/functions/platform.ts');
  const authenticate = createAuthenticator(platform, {
    operatorKey: config.operatorKey,
    oidc: config.oidc,
    signUp: config.signUp,
  });
  const session = await authenticate({ authorization: `Bearer ${key}`, tenantId: undefined });
  return () =>
    createContext({
      requestId: 'bench',
      session,
      platform,
      models: async () => modelDirectory,
      prompts: async () => ({ preview: () => ({ calls: [], notes: [] }) }),
    });
}
