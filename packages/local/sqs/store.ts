import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { QueueResource } from '@loupe/core/resources';
import type { Clock } from '../clock.ts';
import { type Faults, NO_FAULTS } from '../faults.ts';
import { transact } from '../sqlite.ts';
import { type MessageRow, openQueueDatabase } from './database.ts';
import { digestAttributes, digestBody } from './digest.ts';
import { refuseParameter, SqsError } from './errors.ts';
import { prepareFairPick } from './fair-pick.ts';
import type { NewMessage, ReceivedMessage } from './message.ts';
import { formatReceipt, type Receipt } from './receipt.ts';

const MAX_VISIBILITY_MS = 12 * 3600 * 1000;
/** How late the faults may make a message, a copy of it, or its return. */
const LATEST_MS = 2000;
/** How far from its place the fault `sqs.shuffle` may take a message. */
const SHUFFLED = 10;

export interface StoreOptions {
  readonly dataDir: string;
  readonly queues: readonly QueueResource[];
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Of these, the `sqs.` ones. */
  readonly faults?: Faults;
  /** Called after a commit that may have made a message of the queue visible, or moved its next deadline. */
  readonly onChange?: (queue: string) => void;
}

export interface ReceiveOptions {
  /** 1 to 10 through the API; an event source mapping may ask for more. */
  readonly max: number;
  readonly visibilityTimeoutSeconds?: number;
  /** Held by a function in this process: visible again as soon as the store is opened after a crash. */
  readonly held?: boolean;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly bodyMd5: string;
  readonly attributesMd5?: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly createdAt: number;
}

interface Move {
  readonly moved: number;
  /** A message does not say which queue it came from, since it was sent to the dead-letter queue directly. */
  readonly sourceUnknown: boolean;
}

export type Store = ReturnType<typeof openStore>;

/** The queues on disk: every state a message goes through is one transaction. */
export function openStore(options: StoreOptions) {
  const { clock, faults = NO_FAULTS, onChange = () => undefined } = options;
  const database = openQueueDatabase(options.dataDir);
  const queues = new Map(options.queues.map((queue) => [queue.name, queue]));
  const sql = prepareStatements(database);
  const pick = prepareFairPick(database);

  const formatArn = (queue: string): string => `arn:aws:sqs:${options.region}:${options.accountId}:${queue}`;

  transact(database, () => {
    for (const name of queues.keys()) sql.addQueue.run(name, clock());
    sql.releaseHeld.run(clock());
  });

  function findQueue(name: string): QueueResource {
    const queue = queues.get(name);
    if (queue === undefined) throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  function insert(queue: string, message: NewMessage): StoredMessage {
    const now = clock();
    const attributes = message.attributes ?? {};
    const stored = {
      messageId: randomUUID(),
      bodyMd5: digestBody(message.body),
      attributesMd5: digestAttributes(attributes),
    };
    const insertVisibleAt = (visibleAt: number) =>
      sql.insert.run(
        queue,
        stored.messageId,
        message.body,
        stored.bodyMd5,
        JSON.stringify(attributes),
        stored.attributesMd5 ?? null,
        message.groupId ?? null,
        message.traceHeader ?? null,
        now,
        visibleAt,
      );
    const late = faults.happens('sqs.delay') ? drawLateness() : 0;
    const visibleAt = now + toMilliseconds(message.delaySeconds ?? 0) + late;
    insertVisibleAt(visibleAt);
    // Half of the copies come together with the message: only so do two functions run on it at once.
    if (faults.happens('sqs.duplicate'))
      insertVisibleAt(visibleAt + Math.max(0, 2 * drawLateness() - LATEST_MS));
    const { attributesMd5, ...rest } = stored;
    return attributesMd5 === undefined ? rest : { ...rest, attributesMd5 };
  }

  function drawLateness(): number {
    return Math.ceil(LATEST_MS * faults.draw());
  }

  /** Stores all messages or none. Throws `QueueDoesNotExist`. */
  function send(queue: string, messages: readonly NewMessage[]): StoredMessage[] {
    findQueue(queue);
    const stored = transact(database, () => messages.map((message) => insert(queue, message)));
    onChange(queue);
    return stored;
  }

  function dropExpired(queue: QueueResource): void {
    sql.dropExpired.run(queue.name, clock() - toMilliseconds(queue.retentionSeconds));
  }

  /** Moves what was received too often; returns how many messages. */
  function buryExhausted({ name, deadLetter }: QueueResource, now: number): number {
    if (deadLetter === undefined) return 0;
    const { changes } = sql.bury.run(
      deadLetter.queue,
      now,
      formatArn(name),
      name,
      deadLetter.maxReceiveCount,
      now,
    );
    return Number(changes);
  }

  /** Sequence numbers of the messages to hand out. */
  function choose(queue: string, now: number, max: number): number[] {
    if (!faults.happens('sqs.shuffle')) return pick(queue, now, max);
    const left = pick(queue, now, max + SHUFFLED);
    const chosen: number[] = [];
    while (left.length > 0 && chosen.length < max) {
      chosen.push(...left.splice(Math.floor(left.length * faults.draw()), 1));
    }
    return chosen;
  }

  function readRow(seq: number): MessageRow {
    return sql.read.get(seq) as unknown as MessageRow;
  }

  function take(row: MessageRow, visibleAt: number, held: boolean): ReceivedMessage {
    const now = clock();
    const nonce = randomBytes(12).toString('hex');
    sql.take.run(visibleAt, now, now, nonce, held ? 1 : 0, row.seq);
    return {
      messageId: row.message_id,
      receiptHandle: formatReceipt({ queue: row.queue, sequence: row.seq, nonce }),
      body: row.body,
      bodyMd5: row.body_md5,
      attributes: JSON.parse(row.attributes),
      sentAt: row.sent_at,
      firstReceivedAt: row.first_received_at ?? now,
      receiveCount: row.receive_count + 1,
      ...(row.attributes_md5 === null ? {} : { attributesMd5: row.attributes_md5 }),
      ...(row.group_id === null ? {} : { groupId: row.group_id }),
      ...(row.trace_header === null ? {} : { traceHeader: row.trace_header }),
      ...(row.source_arn === null ? {} : { deadLetterSourceArn: row.source_arn }),
    };
  }

  /**
   * Hands out up to `max` visible messages and hides them for the visibility timeout. A message that was
   * received `maxReceiveCount` times moves to the dead-letter queue instead.
   */
  function receive(
    name: string,
    { max, visibilityTimeoutSeconds, held = false }: ReceiveOptions,
  ): ReceivedMessage[] {
    const queue = findQueue(name);
    const now = clock();
    const visibleAt = now + toMilliseconds(visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds);
    const { taken, buried } = transact(database, () => {
      dropExpired(queue);
      return {
        buried: buryExhausted(queue, now),
        taken: choose(name, now, max).map((seq) => take(readRow(seq), visibleAt, held)),
      };
    });
    if (buried > 0 && queue.deadLetter !== undefined) onChange(queue.deadLetter.queue);
    if (taken.length > 0) onChange(name);
    return taken;
  }

  /** Deletes the message if `receipt` is of its latest receive; an older receipt changes nothing, as on AWS. */
  function remove(receipt: Receipt): void {
    const { sequence, queue, nonce } = receipt;
    if (faults.happens('sqs.lose-delete')) {
      sql.comeBack.run(clock() + drawLateness(), sequence, queue, nonce);
      onChange(queue);
    } else {
      sql.remove.run(sequence, queue, nonce);
    }
  }

  /** Throws `MessageNotInflight`, or `InvalidParameterValue` for a message that is gone or past 12 hours. */
  function changeVisibility(receipt: Receipt, seconds: number): void {
    const now = clock();
    const row = sql.find.get(receipt.sequence, receipt.queue, receipt.nonce) as unknown as
      | MessageRow
      | undefined;
    if (row === undefined) {
      throw refuseParameter(
        formatReceipt(receipt),
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (row.visible_at <= now)
      throw new SqsError('MessageNotInflight', 'The message referred to is not in flight.');
    const visibleAt = now + toMilliseconds(seconds);
    if (visibleAt - (row.received_at ?? now) > MAX_VISIBILITY_MS) {
      throw refuseParameter(
        seconds,
        'VisibilityTimeout',
        'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
      );
    }
    sql.setVisibility.run(visibleAt, row.seq);
    onChange(receipt.queue);
  }

  /** No function holds the message any more; it stays hidden until its visibility timeout. */
  function letGo(receipt: Receipt): void {
    sql.letGo.run(receipt.sequence, receipt.queue, receipt.nonce);
  }

  function count(name: string): QueueCounts {
    const queue = findQueue(name);
    dropExpired(queue);
    const now = clock();
    return sql.count.get(now, now, now, name, name) as unknown as QueueCounts;
  }

  /**
   * Moves up to `max` visible messages of a dead-letter queue to `destination`, or each to the queue it came from,
   * as new messages: with a new id, time and receive count.
   */
  function move(name: string, destination: string | undefined, max: number): Move {
    const now = clock();
    const rows = sql.movable.all(name, now, max) as unknown as Pick<MessageRow, 'seq' | 'source_arn'>[];
    const targets = rows.map(({ source_arn }) => destination ?? findByArn(source_arn)?.name);
    const known = targets.indexOf(undefined) < 0 ? rows : rows.slice(0, targets.indexOf(undefined));
    transact(database, () => {
      for (const [index, { seq }] of known.entries())
        sql.move.run(targets[index] ?? name, randomUUID(), now, now, seq);
    });
    for (const target of new Set(targets)) if (target !== undefined) onChange(target);
    return { moved: known.length, sourceUnknown: known.length < rows.length };
  }

  function findByArn(arn: unknown): QueueResource | undefined {
    return options.queues.find(({ name }) => formatArn(name) === arn);
  }

  function purge(name: string): void {
    findQueue(name);
    sql.purge.run(name);
  }

  /**
   * When the queue's first message is, or was, visible. Not only the hidden ones: a message that became visible
   * since the caller's last receive must not be slept through.
   */
  function findNextVisibleAt(queue: string): number | undefined {
    const row = sql.nextVisible.get(queue) as unknown as { at: number | null };
    return row.at ?? undefined;
  }

  return {
    queues: options.queues,
    findQueue,
    formatArn,
    send,
    receive,
    remove,
    changeVisibility,
    letGo,
    count,
    move,
    findByArn,
    purge,
    findNextVisibleAt,
    close: () => database.close(),
  };
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function prepareStatements(database: DatabaseSync) {
  const columns = `m.seq, m.queue, m.message_id, m.body, m.body_md5, m.attributes, m.attributes_md5, m.group_id,
    m.trace_header, m.sent_at, m.visible_at, m.receive_count, m.first_received_at, m.received_at, m.nonce, m.source_arn`;
  const held = 'where seq = ? and queue = ? and nonce = ?';
  return {
    addQueue: database.prepare('insert or ignore into queues (name, created_at) values (?, ?)'),
    releaseHeld: database.prepare('update messages set visible_at = ?, held = 0 where held = 1'),
    insert:
      database.prepare(`insert into messages (queue, message_id, body, body_md5, attributes, attributes_md5,
      group_id, trace_header, sent_at, visible_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    dropExpired: database.prepare('delete from messages where queue = ? and sent_at <= ?'),
    read: database.prepare(`select ${columns} from messages m where seq = ?`),
    take: database.prepare(`update messages set visible_at = ?, received_at = ?, receive_count = receive_count + 1,
      first_received_at = coalesce(first_received_at, ?), nonce = ?, held = ? where seq = ?`),
    bury: database.prepare(`update messages set queue = ?, visible_at = ?, source_arn = ?, nonce = null, held = 0
      where queue = ? and receive_count >= ? and visible_at <= ?`),
    comeBack: database.prepare(`update messages set visible_at = ?, held = 0 ${held}`),
    remove: database.prepare(`delete from messages ${held}`),
    find: database.prepare(`select ${columns} from messages m ${held}`),
    setVisibility: database.prepare('update messages set visible_at = ? where seq = ?'),
    letGo: database.prepare(`update messages set held = 0 ${held}`),
    count: database.prepare(`select
      count(*) filter (where visible_at <= ?) as visible,
      count(*) filter (where visible_at > ? and receive_count > 0) as inFlight,
      count(*) filter (where visible_at > ? and receive_count = 0) as delayed,
      (select created_at from queues where name = ?) as createdAt
      from messages where queue = ?`),
    movable: database.prepare(
      'select seq, source_arn from messages where queue = ? and visible_at <= ? order by visible_at, seq limit ?',
    ),
    move: database.prepare(`update messages set queue = ?, message_id = ?, sent_at = ?, visible_at = ?,
      receive_count = 0, first_received_at = null, received_at = null, nonce = null, source_arn = null, held = 0
      where seq = ?`),
    purge: database.prepare('delete from messages where queue = ?'),
    nextVisible: database.prepare('select min(visible_at) as at from messages where queue = ?'),
  };
}
