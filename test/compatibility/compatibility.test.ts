import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askNodes } from './ask-nodes.ts';
import { type Release, type Replay, startReplay } from './replay.ts';
import { describeShapes, type Row } from './rows.ts';
import { playScene } from './scene.ts';

/**
 * Old and new code share a table while a deployment goes on, and after one is rolled back. `released/` holds what the
 * released version wrote; `record.ts` makes it.
 */
const read = (file: string) => readFileSync(join(import.meta.dirname, 'released', file), 'utf8');
const release: Release = JSON.parse(read('release.json'));
const rows: Row[] = read('rows.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const NOUN = /^<id>#\w+#<id> #$/;
/** Kinds of rows, as `describeShapes` names them, that are newer than the release: it has none to compare with. */
const NEW_NOUNS: readonly string[] = [];

describe('what the released version wrote', () => {
  let replay: Replay;
  beforeAll(async () => {
    // As if a version after today's had been deployed and rolled back.
    replay = await startReplay(
      release,
      rows.map((row) => ({ ...row, fromTheFuture: { kept: [1] } })),
    );
  });
  afterAll(() => replay.dispose());

  it('is read by today’s code as the released version read it', async () => {
    const ids = Object.keys(release.answers);
    expect(ids.length).toBeGreaterThan(15);
    expect(await askNodes(replay.client, ids, release.documents)).toEqual(release.answers);
  });

  it('keeps, through today’s changes, what a newer version had added to it', async () => {
    const { tenant, profile, sample, webhook, spareKey, dataset } = release.ids;
    const change = (mutation: string, input: object) =>
      replay.client.request<Record<string, { errors: unknown[] }>>(
        `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) {
          ${mutation}(input: $input) { errors { message } } }`,
        { input },
      );
    const readRev = (key: string) =>
      Number(rows.find(({ pk, sk }) => pk === `${tenant}#${key}` && sk === '#')?.rev);
    const patch = { name: 'Changed' };
    const changes = [
      await change('updateTenant', { id: tenant, expectedVersion: readRev(`tenant#${tenant}`), patch }),
      await change('updateProfile', { id: profile, expectedVersion: readRev(`profile#${profile}`), patch }),
      await change('archiveSample', { id: sample }),
      await change('archiveDataset', { id: dataset }),
      await change('revokeApiKey', { id: spareKey }),
      await change('archiveWebhook', { id: webhook }),
    ];
    expect(changes.flatMap((answer) => Object.values(answer).flatMap(({ errors }) => errors))).toEqual([]);
    const changed = ['tenant', 'profile', 'sample', 'dataset', 'apiKey', 'webhook'] as const;
    const ids: Record<(typeof changed)[number], string | undefined> = {
      ...{ tenant, profile, sample, dataset, webhook },
      apiKey: spareKey,
    };
    for (const kind of changed) {
      const key = `${kind}#${ids[kind]}`;
      const row = await replay.table.get({ pk: `${tenant}#${key}`, sk: '#' });
      expect(row, kind).toMatchObject({ fromTheFuture: { kept: [1] } });
      expect(row?.rev, `${kind} was changed`).toBeGreaterThan(readRev(key));
    }
  });
});

describe('what today’s code writes', () => {
  it('has every attribute that the released version wrote in all rows of a kind, in its type', async () => {
    const released = describeShapes(rows);
    const today = describeShapes((await playScene()).rows);
    const missing = [...released].flatMap(([kind, { always }]) => {
      // What a deletion holds depends on how far it came.
      const written = kind.includes('#deletion#') ? undefined : today.get(kind)?.ever;
      return written ? [...always.difference(written)].map((path) => `${kind}: ${path}`) : [];
    });
    expect(missing).toEqual([]);
    const nouns = [...released.keys()].filter((kind) => NOUN.test(kind));
    expect(nouns.length).toBeGreaterThan(15);
    expect(nouns.filter((kind) => !today.has(kind))).toEqual([]);
    const unreleased = [...today.keys()].filter((kind) => NOUN.test(kind) && !released.has(kind));
    expect(unreleased.toSorted()).toEqual(NEW_NOUNS);
  }, 180_000);
});
