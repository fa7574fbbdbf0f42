import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../sqlite.ts';

/** One stored message. Times are milliseconds since the epoch. */
export interface MessageRow {
  readonly seq: number;
  readonly queue: string;
  readonly message_id: string;
  readonly body: string;
  readonly body_md5: string;
  readonly attributes: string;
  readonly attributes_md5: string | null;
  readonly group_id: string | null;
  readonly trace_header: string | null;
  readonly sent_at: number;
  readonly visible_at: number;
  readonly receive_count: number;
  readonly first_received_at: number | null;
  readonly received_at: number | null;
  readonly nonce: string | null;
  readonly source_arn: string | null;
}

const SCHEMA = `
  create table if not exists messages (
    seq integer primary key autoincrement,
    queue text not null,
    message_id text not null,
    body text not null,
    body_md5 text not null,
    attributes text not null,
    attributes_md5 text,
    group_id text,
    trace_header text,
    sent_at integer not null,
    visible_at integer not null,
    receive_count integer not null default 0,
    first_received_at integer,
    received_at integer,
    nonce text,
    source_arn text,
    held integer not null default 0
  ) strict;
  create index if not exists messages_by_visibility on messages (queue, visible_at, receive_count, group_id);
  create index if not exists messages_by_group on messages (queue, group_id, visible_at);
  create index if not exists messages_by_receives on messages (queue, receive_count, visible_at);
  create index if not exists messages_by_age on messages (queue, sent_at);
  create table if not exists queues (name text primary key, created_at integer not null) strict;
`;

/** Opens (or makes) `sqs.db` in `dataDir`, or a database in memory for `:memory:`. Throws `DataFolderError`. */
export function openQueueDatabase(dataDir: string): DatabaseSync {
  if (dataDir === ':memory:') return openDatabase(dataDir, { schema: SCHEMA });
  mkdirSync(dataDir, { recursive: true });
  return openDatabase(join(dataDir, 'sqs.db'), { schema: SCHEMA });
}
