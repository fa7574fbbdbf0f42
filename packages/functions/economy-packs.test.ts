import { type BatchWork, isPackLive, type Pack } from '@loupe/core/evaluation';
import { ModelError } from '@loupe/judge';
import type { BatchAnswer, BatchService, BatchStatus } from '@loupe/judge/batch';
import { describe, expect, it } from 'vitest';
import { cancelPack, findPack, pollPack, submitPack } from './economy-packs.ts';

const DAY = 86_400_000;

const PACK: Pack = {
  id: 'evl_1-0-0',
  wave: 0,
  model: 'm',
  from: 0,
  to: 40,
  requests: 40,
  state: 'PACKED',
  answered: 0,
  failed: 0,
  createdAt: 0,
};
const SUBMITTED: Pack = { ...PACK, state: 'SUBMITTED', batchId: 'b1', submittedAt: 0 };

/** A provider and a chunk of which a test says only what it is about. */
function open(pack: Pack, service: Partial<BatchService>, work: Partial<BatchWork> = {}) {
  let now = 1000;
  let kept: BatchWork = { wave: 0, cursor: 40, packs: [pack], packCount: 1, ...work };
  const stored: BatchAnswer[] = [];
  const keys = ['a', 'b', 'c'];
  const desk = {
    findService: async () => ({ discard: async () => undefined, ...service }) as BatchService,
    clock: () => now,
    signal: AbortSignal.timeout(10_000),
    read: () => kept,
    keep: async (next: BatchWork) => {
      kept = next;
    },
    openAnswers: async () => ({
      find: () => undefined,
      isAsked: () => false,
      listKeys: async () => keys,
      noteKeys: async () => undefined,
      noteAnswers: async (_: Pack, answers: readonly BatchAnswer[]) => void stored.push(...answers),
    }),
  };
  return {
    desk,
    stored,
    work: () => kept,
    pack: () => kept.packs[0] as Pack,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

function say(changes: Partial<BatchStatus> = {}): BatchStatus {
  const counts = { answered: undefined, failed: undefined, refusal: undefined };
  return { id: 'b1', name: PACK.id, status: 'in_progress', isEnded: false, ...counts, ...changes };
}

const CROWDED = new ModelError('RATE_LIMITED', 'no room');

describe('a pack', () => {
  it('stays PACKED when nobody knows whether the provider has it', async () => {
    for (const code of ['TIMEOUT', 'NETWORK', 'OVERLOADED', 'ABORTED'] as const) {
      const test = open(PACK, {});
      const submit = () => Promise.reject(new ModelError(code, 'lost'));
      await submitPack(test.desk, PACK, { submit } as unknown as BatchService, []);
      expect(test.pack().state).toBe('PACKED');
    }
  });

  it('is the older batch of two of its name, and the other is stopped', async () => {
    const cancelled: string[] = [];
    const test = open(PACK, {
      find: async () => [say(), say({ id: 'b2' })],
      cancel: async (id) => void cancelled.push(id),
    });
    expect(await findPack(test.desk, PACK)).toBe(true);
    expect(test.pack()).toMatchObject({ state: 'SUBMITTED', batchId: 'b1' });
    expect(cancelled).toEqual(['b2']);
  });

  it('fails as a whole when its provider turns it down for good, each question with the reason', async () => {
    const test = open(PACK, {});
    const submit = () => Promise.reject(new ModelError('AUTHENTICATION', 'wrong key'));
    await submitPack(test.desk, PACK, { submit } as unknown as BatchService, []);
    expect(test.pack()).toMatchObject({ state: 'ENDED', answered: 0, failed: 3 });
    expect(test.stored.map((each) => [each.key, 'error' in each && each.error.code])).toEqual([
      ['a', 'AUTHENTICATION'],
      ['b', 'AUTHENTICATION'],
      ['c', 'AUTHENTICATION'],
    ]);
  });

  it('counts what its batch did not reach as failures, by how it ended', async () => {
    const reply = { text: '', finish: 'complete', usage: undefined, latencyMs: 0 } as const;
    for (const [status, code] of [
      ['expired', 'TIMEOUT'],
      ['cancelled', 'ABORTED'],
    ]) {
      const test = open(SUBMITTED, {
        poll: async () => say({ status: status ?? '', isEnded: true }),
        collect: async () => [{ key: 'b', reply }],
      });
      await pollPack(test.desk, SUBMITTED);
      expect(test.pack()).toMatchObject({ state: 'ENDED', answered: 1, failed: 2, status });
      const lost = test.stored.flatMap((each) => ('error' in each ? [each.error.code] : []));
      expect(lost).toEqual([code, code]);
    }
  });

  it('is given up after three days, or when its provider does not know it', async () => {
    const slow = open(SUBMITTED, { poll: async () => say() });
    await pollPack(slow.desk, SUBMITTED);
    expect(isPackLive(slow.pack())).toBe(true);
    slow.wait(3 * DAY);
    await pollPack(slow.desk, slow.pack());
    expect(slow.pack().state).toBe('ENDED');

    const lost = open(SUBMITTED, { poll: () => Promise.reject(new ModelError('MODEL_NOT_FOUND', 'none')) });
    await expect(pollPack(lost.desk, SUBMITTED)).rejects.toThrow('none');
    lost.wait(11 * 60_000);
    await pollPack(lost.desk, SUBMITTED);
    expect(lost.pack().state).toBe('ENDED');
  });

  it('is cancelled once, and a provider that has ended it is no failure', async () => {
    let asked = 0;
    const test = open(SUBMITTED, {
      cancel: () => {
        asked++;
        return Promise.reject(new ModelError('BAD_REQUEST', 'It is completed.'));
      },
    });
    await cancelPack(test.desk, test.pack());
    await cancelPack(test.desk, test.pack());
    expect(asked).toBe(1);
  });
});

describe('a provider without room', () => {
  it('is asked again later with half as much, and with more once something goes through', async () => {
    const test = open(SUBMITTED, {
      poll: async () => say({ status: 'failed', isEnded: true, refusal: CROWDED }),
    });
    await pollPack(test.desk, SUBMITTED);
    expect(test.stored).toEqual([]);
    expect(test.work()).toMatchObject({ mostRequests: 20, crowded: { times: 1, until: 61_000 } });

    const reply = { text: '', finish: 'complete', usage: undefined, latencyMs: 0 } as const;
    const smaller = { ...SUBMITTED, requests: 20 };
    const roomy = open(
      smaller,
      { poll: async () => say({ isEnded: true }), collect: async () => [{ key: 'a', reply }] },
      test.work().crowded ? { mostRequests: 20, crowded: { since: 0, times: 1, until: 0 } } : {},
    );
    await pollPack(roomy.desk, smaller);
    expect(roomy.work()).toMatchObject({ mostRequests: 40, crowded: undefined });
  });

  it('is a failure of the questions when it has none for three days', async () => {
    const crowded = { since: 0, times: 9, until: 0 };
    const test = open(PACK, {}, { crowded });
    test.wait(3 * DAY);
    const submit = () => Promise.reject(CROWDED);
    await submitPack(test.desk, PACK, { submit } as unknown as BatchService, []);
    expect(test.pack()).toMatchObject({ state: 'ENDED', failed: 3 });
  });
});
