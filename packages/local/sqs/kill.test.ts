import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../testing/start-child.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { openStore } from './store.ts';

const script = fileURLToPath(new URL('./fixtures/hold-messages.ts', import.meta.url));
const queues = [{ name: 'q', visibilityTimeoutSeconds: 30, retentionSeconds: 3600 }];

test('kill -9 of a process that sends and holds messages loses none it had acknowledged', async () => {
  const dataDir = makeTemporaryFolder();
  let output = '';
  for (let round = 0; round < 3; round += 1) {
    const child = startChild(script, dataDir);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 60 + 40 * round));
    child.kill('SIGKILL');
    await once(child, 'close');
    // The last line may be cut off by the kill.
    output = output.slice(0, output.lastIndexOf('\n') + 1);
  }
  const acknowledged = output.split('\n').filter((line) => line !== '');
  expect(acknowledged.length).toBeGreaterThan(50);

  const store = openStore({ dataDir, queues, region: 'r', accountId: '1', clock: () => Date.now() + 1000 });
  const found = new Set<string>();
  for (;;) {
    const batch = store.receive('q', { max: 1000 });
    if (batch.length === 0) break;
    for (const { messageId } of batch) found.add(messageId);
  }
  store.close();
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
});
