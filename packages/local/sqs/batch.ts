import { type Input, isRecord, readString } from './checks.ts';
import { SqsError } from './errors.ts';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

export interface BatchEntry {
  readonly id: string;
  readonly input: Input;
}

export interface BatchResult {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/** The entries of a batch request, or the error that refuses the whole request. */
export function readEntries(input: Input): BatchEntry[] {
  const list = input.Entries;
  if (!Array.isArray(list) || list.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (list.length > MAX_ENTRIES) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${list.length}.`,
    );
  }
  const entries = list.map((entry: unknown) => {
    if (!isRecord(entry)) throw new SqsError('SerializationException', 'Entries must be structures.');
    return { id: readString(entry, 'Id'), input: entry };
  });
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (!ENTRY_ID.test(id)) {
      throw new SqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    seen.add(id);
  }
  return entries;
}

/** Runs each entry on its own: an `SqsError` fails that entry alone. */
export function runEntries(entries: readonly BatchEntry[], run: (entry: BatchEntry) => object): BatchResult {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({
        Id: entry.id,
        SenderFault: error.senderFault,
        Code: error.queryCode,
        Message: error.message,
      });
    }
  }
  return { Successful, Failed };
}
