import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from './store.ts';

const queues = [{ name: 'q', visibilityTimeoutSeconds: 30, retentionSeconds: 3600 }];

test('the groups with the fewest messages in flight come first, then the oldest message', () => {
  const groups = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(groups, fc.nat(10), fc.integer({ min: 1, max: 10 }), (sent, first, max) => {
      let now = 1_800_000_000_000;
      const store = openStore({ dataDir: ':memory:', queues, region: 'r', accountId: '1', clock: () => now });
      sent.forEach((groupId, index) => {
        store.send('q', [{ body: String(index), ...(groupId === undefined ? {} : { groupId }) }]);
        now += 1;
      });
      const taken = new Set(store.receive('q', { max: first }).map(({ body }) => Number(body)));
      const received = store.receive('q', { max }).map(({ body }) => Number(body));
      store.close();

      const left = sent.map((group, index) => ({ group, index })).filter(({ index }) => !taken.has(index));
      const load = (group: string | undefined) =>
        group === undefined ? 0 : [...taken].filter((index) => sent[index] === group).length;
      const expected = left.sort((a, b) => load(a.group) - load(b.group) || a.index - b.index).slice(0, max);
      expect(received).toEqual(expected.map(({ index }) => index));
    }),
  );
});
