import type { Endpoints } from './cloud.ts';
import { EXPLORER_PATH } from './explorer/index.ts';

/** Shown in the explorer and at the start: answers for every tenant. */
export const FIRST_QUERY = `query Hello {
  viewer {
    tenant {
      id
      name
    }
    actions
  }
}
`;

/** What a person needs to begin, with the key of the development tenant. */
export function describeStart(endpoints: Endpoints, dataDir: string, apiKey: string): string {
  const query = FIRST_QUERY.replaceAll(/\s+/g, ' ').trim();
  const body = JSON.stringify({ query });
  return `Loupe is ready.

  API        ${endpoints.api}/graphql
  Explorer   ${endpoints.api}${EXPLORER_PATH}
  API key    ${apiKey}
  Data       ${dataDir} (kept; --reset deletes it)

A first query, for the explorer or the shell:

  ${query}

  curl -s ${endpoints.api}/graphql -H 'authorization: Bearer ${apiKey}' \\
    -H 'content-type: application/json' -d '${body}'

Ctrl-C stops.
`;
}
