/**
 * Where things lie in LevelDB. Table and index names hold no `/`, item keys are hexadecimal digits and `/`,
 * so a prefix that ends in `/` covers exactly the rows of one thing.
 */

export const TABLE_PREFIX = 'table/';
export const TOKEN_PREFIX = 'token/';

const EXPIRY_DIGITS = 12;

export function buildTableKey(table: string): string {
  return TABLE_PREFIX + table;
}

export function buildTokenKey(token: string): string {
  return TOKEN_PREFIX + token;
}

export function buildItemPrefix(table: string): string {
  return `item/${table}/`;
}

export function buildIndexPrefix(table: string, index: string): string {
  return `index/${table}/${index}/`;
}

export function buildExpiryPrefix(table: string): string {
  return `expiry/${table}/`;
}

/** `seconds` since the epoch, at least 0 and less than 10¹². The row sorts by time. */
export function buildExpiryTime(seconds: number): string {
  return String(seconds).padStart(EXPIRY_DIGITS, '0');
}

/** The item key inside an expiry row's key, its prefix already removed. */
export function readExpiredItemKey(row: string): string {
  return row.slice(EXPIRY_DIGITS + 1);
}

/** The first key after all keys that begin with `prefix`, which ends in `/`. */
export function buildPrefixEnd(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
