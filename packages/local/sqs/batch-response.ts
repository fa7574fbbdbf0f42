import { isRecord } from './checks.ts';

/**
 * The message ids a function reports as failed, read as Lambda's `ReportBatchItemFailures` reads them.
 * `'all'` when the answer is malformed or names no message of the batch: then nothing may be deleted.
 * Source: AWS Lambda Developer Guide, "Reporting batch item failures", success and failure conditions.
 */
export function readFailures(answer: unknown, sent: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  if (answer === null || answer === undefined) return new Set();
  if (!isRecord(answer)) return 'all';
  const failures = answer.batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const ids = new Set<string>();
  for (const failure of failures) {
    const id = isRecord(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || !sent.has(id)) return 'all';
    ids.add(id);
  }
  return ids;
}
