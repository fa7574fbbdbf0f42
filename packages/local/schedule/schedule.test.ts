import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSchedule } from './index.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }));
afterEach(() => void vi.useRealTimers());

function start(invoke: (event: unknown) => Promise<unknown>, log: (line: string) => void = () => undefined) {
  return startSchedule({
    schedule: { name: 'sweep', everySeconds: 60, function: 'sweep' },
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: Date.now,
    invoke,
    log,
  });
}

test('the function runs a second after the start, then every minute, until stopped', async () => {
  const invoke = vi.fn(async () => null);
  const { stop } = start(invoke);
  await vi.advanceTimersByTimeAsync(999);
  expect(invoke).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(invoke).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(invoke).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(invoke).toHaveBeenCalledTimes(3);
});

test("the event is EventBridge's", async () => {
  const events: unknown[] = [];
  const { stop } = start(async (event) => void events.push(event));
  await vi.advanceTimersByTimeAsync(1000);
  stop();
  expect(events).toEqual([
    {
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-02T03:04:06Z',
      region: 'eu-west-1',
      resources: ['arn:aws:events:eu-west-1:000000000000:rule/sweep'],
      detail: {},
    },
  ]);
});

test('runs do not overlap, and a failed run is logged and followed by the next', async () => {
  const lines: string[] = [];
  let calls = 0;
  const { stop } = start(
    async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 90_000));
      throw new Error('no table');
    },
    (line) => lines.push(line),
  );
  await vi.advanceTimersByTimeAsync(1000 + 120_000);
  stop();
  expect(calls).toBe(2);
  expect(lines).toEqual(['schedule sweep: the function failed: no table']);
});
