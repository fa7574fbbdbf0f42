/** Primary key of a row; both parts already carry the tenant. */
export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

/** The key of a row as the table gives it. */
export function readKey({ pk, sk }: Record<string, unknown>): RowKey {
  return { pk: String(pk), sk: String(sk) };
}
