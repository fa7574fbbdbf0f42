import type { DatabaseSync } from 'node:sqlite';
import type { BucketResource } from '../../core/platform/resources.ts';
import type { BucketCorsRule } from './cors.ts';

export interface CorsStore {
  /** The rules in force, none when there is no configuration. */
  get(bucket: BucketResource): readonly BucketCorsRule[];
  /** Puts rules in the place of those the bucket was declared with; an empty list deletes them. */
  put(bucket: BucketResource, rules: readonly BucketCorsRule[]): void;
}

/** Rules set through the API, kept over those of the resource list until the data folder is deleted. */
export function openCorsStore(database: DatabaseSync): CorsStore {
  const select = database.prepare('SELECT rules FROM cors WHERE bucket = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO cors VALUES (?, ?)');
  return {
    get(bucket) {
      const row = select.get(bucket.name);
      return row ? (JSON.parse(String(row.rules)) as BucketCorsRule[]) : bucket.cors;
    },
    put(bucket, rules) {
      replace.run(bucket.name, JSON.stringify(rules));
    },
  };
}
