/**
 * `node test/compatibility/record.ts`: takes what today's code writes as what the released version wrote, in
 * `test/compatibility/released/`. Done with each release, together with `npm run schema -- --release`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askNodes, renderDocuments } from './ask-nodes.ts';
import { type Release, startReplay } from './replay.ts';
import { playScene } from './scene.ts';

const folder = join(import.meta.dirname, 'released');

const { world, rows, secrets } = await playScene();
const documents = renderDocuments();
const replay = await startReplay({ secrets, apiKey: world.apiKey }, rows);
let answers: Record<string, unknown>;
try {
  answers = await askNodes(replay.client, Object.values(world.ids).filter(isNode), documents);
} finally {
  await replay.dispose();
}
const release: Release = { secrets, apiKey: world.apiKey, ids: { ...world.ids }, documents, answers };
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'release.json'), `${JSON.stringify(release, null, 1)}\n`);
writeFileSync(join(folder, 'rows.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);

/** An upload in parts has an id of S3's. */
function isNode(id: string): boolean {
  return /^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$/.test(id);
}
