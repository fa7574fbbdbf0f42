import { expect, test } from 'vitest';
import { NO_FAULTS } from '../faults.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import type { EngineAction } from './dynalite.ts';
import { runAction } from './run-action.ts';
import { openStore } from './store.ts';

const failure = new Error('The engine is at fault.');
function fail(): never {
  throw failure;
}

test.each<[string, EngineAction]>([
  ['at once', fail],
  ['when it is called back', (store) => store.getTable('things', fail)],
  ['when it is called back with an item', (store) => store.getItemDb('things').get('key', fail)],
  [
    'at the end of what it reads',
    (store) => void store.getItemDb('things').createValueStream({}).on('end', fail),
  ],
])('an engine that throws %s fails its request and nothing else', async (_, action) => {
  const store = await openStore(makeTemporaryFolder(), Date.now, NO_FAULTS);
  await expect(store.read((reader) => runAction(action, reader, {}))).rejects.toBe(failure);
  await expect(store.read(async () => 'alive')).resolves.toBe('alive');
  await store.close();
});
