import { type Call, calls } from './calls.ts';
import { makeUnknownKey, type Scene } from './scene.ts';
import { connections, idFields, listGivenFields, nameId, nodeTypes, operations } from './schema.ts';
import type { Cursors, Ids } from './world.ts';

/** One attempt to learn of, or to change, what is another's. */
export interface IsolationCase {
  readonly name: string;
  readonly operation: string;
  /** Asks for what exists and is not the asker's. */
  readonly probe: Attempt;
  /** Asks for what does not exist. Both answers must be the same. */
  readonly reference: Attempt;
  /** What the answer must contain, where that is known. */
  readonly contains?: string;
}

export interface Attempt {
  readonly apiKey: string | undefined;
  readonly call: Call;
  /** Ids whose place in the answer does not count. */
  readonly ids: Ids;
}

/** All cases of the schema as it is today. */
export function listCases(scene: Scene): IsolationCase[] {
  return [
    ...listForeignIds(scene),
    ...listMisplacedIds(scene),
    ...listNodeLookups(scene),
    ...listForeignCursors(scene),
    ...listDeadCredentials(scene),
    ...listWeakCredentials(scene),
    ...listOperator(scene),
  ];
}

/** What the cases do not reach: operations without a call, types and connections without an id, ids within inputs. */
export function listUncovered(scene: Scene): string[] {
  const given = new Set(
    operations.flatMap((operation) =>
      makeCalls(operation, scene.nobody, scene.madeUp).flatMap(listGivenFields),
    ),
  );
  return [
    ...idFields.filter((field) => !given.has(field)).map((field) => `Input ${field}`),
    ...operations.filter((operation) => makeCalls(operation, scene.nobody, scene.madeUp).length === 0),
    ...nodeTypes.filter((type) => !(nameId(type) in scene.nobody)).map((type) => `Node of type ${type}`),
    ...connections
      .filter(
        ({ type, required }) => required.length > 0 || (type !== 'Query' && !(nameId(type) in scene.nobody)),
      )
      .map(({ type, field }) => `Connection ${type}.${field}`),
  ];
}

function makeCalls(operation: string, ids: Ids, cursors: Cursors, own = ids): readonly Call[] {
  return calls[operation]?.(ids, cursors, own) ?? [];
}

/** Each operation with the victim's ids and cursors in their places. */
function listForeignIds(scene: Scene): IsolationCase[] {
  return operations.flatMap((operation) => {
    const missing = makeCalls(operation, scene.nobody, scene.madeUp, scene.attacker.ids);
    const foreign = makeCalls(operation, scene.victim.ids, scene.victim.cursors, scene.attacker.ids);
    return foreign.map((call, position) => ({
      name: `${operation} #${position} with another tenant's ids`,
      operation,
      probe: { apiKey: scene.attacker.apiKey, call, ids: scene.victim.ids },
      reference: {
        apiKey: scene.attacker.apiKey,
        call: missing[position] ?? call,
        ids: scene.nobody,
      },
    }));
  });
}

/** Each operation with the victim's ids in places of other nouns. */
function listMisplacedIds(scene: Scene): IsolationCase[] {
  const { victim, nobody, madeUp, attacker } = scene;
  const fill = (ids: Ids, noun: keyof Ids) =>
    Object.fromEntries(Object.keys(ids).map((slot) => [slot, ids[noun]])) as unknown as Ids;
  return operations.flatMap((operation) =>
    (Object.keys(victim.ids) as (keyof Ids)[]).flatMap((noun) => {
      const foreign = makeCalls(operation, fill(victim.ids, noun), madeUp, attacker.ids);
      const missing = makeCalls(operation, fill(nobody, noun), madeUp, attacker.ids);
      const plain = makeCalls(operation, fill(nobody, 'tenant'), madeUp, attacker.ids);
      return foreign.flatMap((call, position) => {
        const takesIds =
          JSON.stringify(plain[position]?.variables) !== JSON.stringify(missing[position]?.variables);
        if (!takesIds && noun !== 'tenant') return [];
        return [
          {
            name: `${operation} #${position} with another tenant's ${noun} in every place`,
            operation,
            probe: { apiKey: attacker.apiKey, call, ids: victim.ids },
            reference: { apiKey: attacker.apiKey, call: missing[position] ?? call, ids: nobody },
          },
        ];
      });
    }),
  );
}

function listNodeLookups({ victim, nobody, attacker }: Scene): IsolationCase[] {
  const find = (id: string): Call => ({
    document: 'query ($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { id } }',
    variables: { id },
  });
  return (Object.keys(victim.ids) as (keyof Ids)[]).map((noun) => ({
    name: `node of another tenant's ${noun}`,
    operation: 'Query.node',
    probe: { apiKey: attacker.apiKey, call: find(victim.ids[noun]), ids: victim.ids },
    reference: { apiKey: attacker.apiKey, call: find(nobody[noun]), ids: nobody },
    contains: '"node":null',
  }));
}

/** Each connection of the schema with each of the victim's cursors, below an object of the attacker's own. */
function listForeignCursors({ victim, attacker, madeUp }: Scene): IsolationCase[] {
  return connections.flatMap(({ type, field, required }) => {
    const own = attacker.ids[nameId(type) as keyof Ids];
    if (required.length > 0 || (type !== 'Query' && own === undefined)) return [];
    const page = `${field}(after: $after) { edges { cursor } }`;
    const read = (after: string): Call =>
      type === 'Query'
        ? { document: `query ($after: String) { ${page} }`, variables: { after } }
        : {
            document: `query ($id: ID!, $after: String) { node(id: $id) { ... on ${type} { ${page} } } }`,
            variables: { id: own, after },
          };
    return (Object.keys(victim.cursors) as (keyof Cursors)[]).map((list) => ({
      name: `${type}.${field} after another tenant's cursor of ${list}`,
      operation: type === 'Query' ? `Query.${field}` : 'Query.node',
      probe: { apiKey: attacker.apiKey, call: read(victim.cursors[list]), ids: victim.ids },
      reference: { apiKey: attacker.apiKey, call: read(madeUp[list]), ids: victim.ids },
    }));
  });
}

/** Each operation with credentials that work no more: they answer like one that never was. */
function listDeadCredentials(scene: Scene): IsolationCase[] {
  const { victim, deadKeys } = scene;
  const unknown = makeUnknownKey(victim.apiKey);
  return Object.entries(deadKeys).flatMap(([what, apiKey]) =>
    operations.flatMap((operation) =>
      makeCalls(operation, victim.ids, victim.cursors)
        .slice(0, 1)
        .map((call) => ({
          name: `${operation} with ${what}`,
          operation,
          probe: { apiKey, call, ids: victim.ids },
          reference: { apiKey: unknown, call, ids: victim.ids },
          contains: 'UNAUTHENTICATED',
        })),
    ),
  );
}

/** Each operation with credentials that may do too little, naming what exists and what does not. */
function listWeakCredentials(scene: Scene): IsolationCase[] {
  const { victim, weakKeys, nobody, madeUp } = scene;
  return Object.entries(weakKeys).flatMap(([what, apiKey]) =>
    operations.flatMap((operation) => {
      const missing = makeCalls(operation, nobody, madeUp);
      return makeCalls(operation, victim.ids, victim.cursors).map((call, position) => ({
        name: `${operation} #${position} with ${what}`,
        operation,
        probe: { apiKey, call, ids: victim.ids },
        reference: { apiKey, call: missing[position] ?? call, ids: nobody },
      }));
    }),
  );
}

/** What lies in a tenant, asked for by the operator, who may read and suspend tenants and see nothing in them. */
function listOperator({ service, victim, nobody, madeUp }: Scene): IsolationCase[] {
  const apiKey = service.operatorKey;
  const inside = { ...victim.ids, tenant: nobody.tenant };
  return operations
    .filter((operation) => operation !== 'Mutation.createTenant')
    .flatMap((operation) => {
      const missing = makeCalls(operation, nobody, madeUp);
      return makeCalls(operation, inside, victim.cursors).map((call, position) => ({
        name: `${operation} #${position} with the operator's key`,
        operation,
        probe: { apiKey, call, ids: inside },
        reference: { apiKey, call: missing[position] ?? call, ids: nobody },
      }));
    });
}
