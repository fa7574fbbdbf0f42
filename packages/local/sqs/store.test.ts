import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueResource } from '@loupe/core/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { SqsError } from './errors.ts';
import { parseReceipt } from './receipt.ts';
import { openStore, type Store } from './store.ts';

const VISIBILITY = 30;
const RETENTION = 300;
const MAX_RECEIVES = 2;

const queues: readonly QueueResource[] = [
  {
    name: 'q',
    visibilityTimeoutSeconds: VISIBILITY,
    retentionSeconds: RETENTION,
    deadLetter: { queue: 'dead', maxReceiveCount: MAX_RECEIVES },
  },
  { name: 'dead', visibilityTimeoutSeconds: VISIBILITY, retentionSeconds: RETENTION },
];

/** SQS as its documentation words it, over a plain list. */
interface ModelMessage {
  readonly id: string;
  readonly sentAt: number;
  queue: string;
  visibleAt: number;
  receives: number;
  handle: string | undefined;
}

interface World {
  readonly store: Store;
  readonly clock: { now: number };
  readonly handles: { queue: string; handle: string }[];
}

interface Model {
  messages: ModelMessage[];
}

const isLive = (message: ModelMessage, now: number): boolean => now - message.sentAt < RETENTION * 1000;

class Send implements fc.Command<Model, World> {
  readonly delay: number;
  constructor(delay: number) {
    this.delay = delay;
  }
  check = () => true;
  run(model: Model, { store, clock }: World): void {
    const [stored] = store.send('q', [{ body: 'x', delaySeconds: this.delay }]);
    model.messages.push({
      id: stored?.messageId ?? '',
      sentAt: clock.now,
      queue: 'q',
      visibleAt: clock.now + this.delay * 1000,
      receives: 0,
      handle: undefined,
    });
  }
  toString = () => `send(${this.delay})`;
}

class Receive implements fc.Command<Model, World> {
  readonly queue: string;
  readonly max: number;
  constructor(queue: string, max: number) {
    this.queue = queue;
    this.max = max;
  }
  check = () => true;
  run(model: Model, world: World): void {
    const { now } = world.clock;
    const received = world.store.receive(this.queue, { max: this.max });
    model.messages = model.messages.filter((message) => message.queue !== this.queue || isLive(message, now));
    const visible = model.messages.filter(({ queue, visibleAt }) => queue === this.queue && visibleAt <= now);
    const exhausted = this.queue === 'q' ? visible.filter(({ receives }) => receives >= MAX_RECEIVES) : [];
    const deliverable = visible.filter((message) => !exhausted.includes(message));

    expect(received.length).toBe(Math.min(this.max, deliverable.length));
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(received.length);
    for (const { messageId, receiptHandle, receiveCount } of received) {
      const message = deliverable.find(({ id }) => id === messageId);
      if (message === undefined) throw new Error(`${messageId} should not be visible`);
      message.receives += 1;
      message.visibleAt = now + VISIBILITY * 1000;
      message.handle = receiptHandle;
      expect(receiveCount).toBe(message.receives);
      world.handles.push({ queue: this.queue, handle: receiptHandle });
    }
    for (const message of exhausted)
      Object.assign(message, { queue: 'dead', visibleAt: now, handle: undefined });
  }
  toString = () => `receive(${this.queue}, ${this.max})`;
}

class Delete implements fc.Command<Model, World> {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = () => true;
  run(model: Model, { store, handles }: World): void {
    const chosen = handles[this.pick % handles.length];
    if (chosen === undefined) return;
    store.remove(parseReceipt(chosen.handle, chosen.queue));
    model.messages = model.messages.filter(({ handle }) => handle !== chosen.handle);
  }
  toString = () => `delete(${this.pick})`;
}

class ChangeVisibility implements fc.Command<Model, World> {
  readonly pick: number;
  readonly seconds: number;
  constructor(pick: number, seconds: number) {
    this.pick = pick;
    this.seconds = seconds;
  }
  check = () => true;
  run(model: Model, { store, clock, handles }: World): void {
    const chosen = handles[this.pick % handles.length];
    if (chosen === undefined) return;
    const message = model.messages.find(({ handle }) => handle === chosen.handle);
    const change = () => store.changeVisibility(parseReceipt(chosen.handle, chosen.queue), this.seconds);
    if (message === undefined || message.visibleAt <= clock.now) {
      expect(change).toThrow(SqsError);
      return;
    }
    change();
    message.visibleAt = clock.now + this.seconds * 1000;
  }
  toString = () => `changeVisibility(${this.pick}, ${this.seconds})`;
}

class Advance implements fc.Command<Model, World> {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
  check = () => true;
  run(_: Model, { clock }: World): void {
    clock.now += this.seconds * 1000;
  }
  toString = () => `advance(${this.seconds})`;
}

class Count implements fc.Command<Model, World> {
  readonly queue: string;
  constructor(queue: string) {
    this.queue = queue;
  }
  check = () => true;
  run(model: Model, { store, clock: { now } }: World): void {
    const mine = model.messages.filter((message) => message.queue === this.queue && isLive(message, now));
    const hidden = mine.filter(({ visibleAt }) => visibleAt > now);
    expect(store.count(this.queue)).toMatchObject({
      visible: mine.length - hidden.length,
      inFlight: hidden.filter(({ receives }) => receives > 0).length,
      delayed: hidden.filter(({ receives }) => receives === 0).length,
    });
    const next = mine.map(({ visibleAt }) => visibleAt).sort((a, b) => a - b)[0];
    expect(store.findNextVisibleAt(this.queue)).toBe(next);
  }
  toString = () => `count(${this.queue})`;
}

test('any run of sends, receives, deletes, visibility changes and waits agrees with the documented queue', () => {
  const queue = fc.constantFrom('q', 'q', 'q', 'dead');
  const commands = fc.commands<Model, World>(
    [
      fc.constantFrom(0, 0, 10).map((delay) => new Send(delay)),
      fc.tuple(queue, fc.integer({ min: 1, max: 4 })).map(([name, max]) => new Receive(name, max)),
      fc.nat(20).map((pick) => new Delete(pick)),
      fc
        .tuple(fc.nat(20), fc.constantFrom(0, 5, 60))
        .map(([pick, seconds]) => new ChangeVisibility(pick, seconds)),
      fc.constantFrom(1, 10, 31, 120).map((seconds) => new Advance(seconds)),
      queue.map((name) => new Count(name)),
    ],
    { maxCommands: 40 },
  );
  fc.assert(
    fc.property(commands, (run) => {
      const clock = { now: 1_800_000_000_000 };
      const dataDir = ':memory:';
      const store = openStore({ dataDir, queues, region: 'r', accountId: '1', clock: () => clock.now });
      try {
        fc.modelRun(() => ({ model: { messages: [] }, real: { store, clock, handles: [] } }), run);
      } finally {
        store.close();
      }
    }),
    { numRuns: 300 },
  );
});

test('messages, receive counts and visibility survive closing and opening again', () => {
  const dataDir = makeTemporaryFolder();
  const clock = { now: 1_800_000_000_000 };
  const open = () => openStore({ dataDir, queues, region: 'r', accountId: '1', clock: () => clock.now });
  const first = open();
  first.send('q', [{ body: 'taken' }]);
  first.receive('q', { max: 1 });
  first.send('q', [{ body: 'waiting' }]);
  first.close();

  const second = open();
  expect(second.receive('q', { max: 10 }).map(({ body }) => body)).toEqual(['waiting']);
  clock.now += VISIBILITY * 1000;
  const again = second.receive('q', { max: 10 }).map(({ body, receiveCount }) => ({ body, receiveCount }));
  expect(again).toContainEqual({ body: 'taken', receiveCount: 2 });
  second.close();
});

test('what a function of a dead process held is visible again at the next open; what it let go stays hidden', () => {
  const dataDir = makeTemporaryFolder();
  const open = () =>
    openStore({ dataDir, queues, region: 'r', accountId: '1', clock: () => 1_800_000_000_000 });
  const first = open();
  first.send('q', [{ body: 'held' }, { body: 'let go' }]);
  const [, letGo] = first.receive('q', { max: 2, held: true });
  first.letGo(parseReceipt(letGo?.receiptHandle ?? '', 'q'));
  first.close();

  const second = open();
  expect(second.receive('q', { max: 10 }).map(({ body }) => body)).toEqual(['held']);
  second.close();
});

test.each([
  ['is no database', (file: string) => writeFileSync(file, 'x'.repeat(4096))],
  ['is cut off', (file: string) => truncateSync(file, 40_960)],
  ['was overwritten in the middle', (file: string) => overwrite(file, 40_960, 'x'.repeat(4096))],
])('a file that %s is named at the start, with a way out', (_, damage) => {
  const dataDir = makeTemporaryFolder();
  const open = () => openStore({ dataDir, queues, region: 'r', accountId: '1', clock: Date.now });
  const store = open();
  store.send(
    'q',
    Array.from({ length: 500 }, () => ({ body: 'x'.repeat(200) })),
  );
  store.close();
  damage(join(dataDir, 'sqs.db'));
  expect(open).toThrow(
    expect.objectContaining({
      name: 'DataFolderError',
      code: 'UNREADABLE',
      message: expect.stringMatching(/sqs\.db is damaged and cannot be read\. .*--reset/),
    }),
  );
});

function overwrite(file: string, from: number, text: string): void {
  const bytes = readFileSync(file);
  bytes.write(text, from);
  writeFileSync(file, bytes);
}
