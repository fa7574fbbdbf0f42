import { checkNumber, type Page } from '@loupe/core/platform';

const MAX_PAGE = 100;

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** @throws DomainError INVALID when the page size is out of range */
export function readPage({ first, after }: PageArguments): {
  first: number;
  after: string | null | undefined;
} {
  return { first: checkNumber(first, ['first'], 1, MAX_PAGE), after };
}

/** A page as a Relay connection. */
export function connect<T>(page: Page<T> & { readonly cursorOf: (item: T) => string }) {
  const edges = page.items.map((node) => ({ node, cursor: page.cursorOf(node) }));
  return {
    edges,
    pageInfo: { hasNextPage: page.next !== undefined, endCursor: edges.at(-1)?.cursor ?? null },
  };
}
