import { DomainError } from '@loupe/core/platform';
import type { UserErrorCode } from './generated/types.ts';

/** An expected failure as a mutation's payload shows it. */
export interface ErrorEntry {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: readonly string[];
}

/** Runs a mutation; expected failures become the payload's `errors`, everything else is thrown on. */
export async function answer<T extends object>(
  run: () => Promise<T>,
): Promise<Partial<T> & { readonly errors: readonly ErrorEntry[] }> {
  try {
    return { ...(await run()), errors: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const none: Partial<T> = {};
    return { ...none, errors: [{ code: error.code, message: error.message, path: error.path }] };
  }
}
