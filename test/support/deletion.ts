import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@loupe/sdk';

/** Calls around deletions, for tests. */

export interface CountView {
  readonly kind: string;
  readonly count: number;
}

export interface DeletionView {
  readonly id: string;
  readonly state: string;
  readonly subject: string;
  readonly targetId: string;
  readonly requestedByKind: string;
  readonly counts: readonly CountView[];
  readonly certificate: {
    readonly digest: string;
    readonly counts: readonly CountView[];
    readonly kept: readonly CountView[];
  } | null;
}

const DELETION = `id state subject targetId requestedByKind counts { kind count }
  certificate { digest counts { kind count } kept { kind count } }`;

/** Asks for a deletion by the mutation of that name. */
export async function requestDeletion(
  client: Client,
  mutation: string,
  input: object,
): Promise<{ deletion: DeletionView | null; errors: { code: string; message: string }[] }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const answer = await client.request<
    Record<string, { deletion: DeletionView | null; errors: { code: string; message: string }[] }>
  >(
    `mutation ($input: ${type}) { ${mutation}(input: $input) { deletion { ${DELETION} } errors { code message path } } }`,
    { input },
  );
  const payload = answer[mutation];
  if (!payload) throw new Error(`${mutation} has no payload.`);
  return payload;
}

/** @throws Error with the messages of the payload's errors */
export async function startDeletion(client: Client, mutation: string, input: object): Promise<DeletionView> {
  const { deletion, errors } = await requestDeletion(client, mutation, input);
  if (!deletion) throw new Error(errors.map(({ message }) => message).join(' '));
  return deletion;
}

export async function readDeletion(client: Client, id: string): Promise<DeletionView | null> {
  const { deletion } = await client.request<{ deletion: DeletionView | null }>(
    `query ($id: ID!) { deletion(id: $id) { ${DELETION} } }`,
    { id },
  );
  return deletion;
}

/** Waits for a condition on a deletion. @throws Error when it does not come within `withinMs` */
export async function waitForDeletion(
  client: Client,
  id: string,
  isThere: (deletion: DeletionView) => boolean,
  withinMs: number,
): Promise<DeletionView> {
  const until = Date.now() + withinMs;
  for (;;) {
    const deletion = await readDeletion(client, id);
    if (deletion && isThere(deletion)) return deletion;
    if (Date.now() > until) throw new Error(`The deletion is still ${JSON.stringify(deletion)}.`);
    await sleep(250);
  }
}

/** Counts by kind. */
export function readCounts(counts: readonly CountView[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ kind, count }) => [kind, count]));
}
