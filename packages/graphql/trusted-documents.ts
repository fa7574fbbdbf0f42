import { createHash } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from './context.ts';
import type { Refusal } from './gate.ts';
import { trustedDocuments } from './generated/trusted-documents.ts';

/**
 * Documents of our own clients, known by their SHA-256 since the build. A client names one as `documentId` instead of
 * sending it, and a credential can be held to them. Nothing is ever registered by a request.
 */

const ID_PREFIX = 'sha256:';

/** The request's body with its document in the place of the id; as it came when it names none. */
export function resolveDocument(body: unknown): { readonly body: unknown } | { readonly refusal: Refusal } {
  if (typeof body !== 'object' || body === null || !('documentId' in body)) return { body };
  const { documentId, ...rest } = body;
  const query =
    typeof documentId === 'string' && documentId.startsWith(ID_PREFIX)
      ? findDocument(documentId.slice(ID_PREFIX.length))
      : undefined;
  if (query !== undefined && !('query' in rest)) return { body: { ...rest, query } };
  const message = 'This documentId names no document of ours. Send the document as `query`.';
  return { refusal: { status: 400, code: 'DOCUMENT_UNKNOWN', message } };
}

function findDocument(digest: string): string | undefined {
  return Object.hasOwn(trustedDocuments, digest) ? trustedDocuments[digest] : undefined;
}

/** Holds a credential that may send our clients' documents alone to them, by id or as text. */
export const trustedDocumentsPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ source, contextValue: { session } }) {
        if (!('tenantId' in session) || !session.trustedDocumentsOnly) return;
        if (findDocument(createHash('sha256').update(source).digest('hex')) !== undefined) return;
        throw new GraphQLError(
          'This credential may send the documents of @loupe/sdk and the command line alone, and this is none of them.',
          { extensions: { code: 'DOCUMENT_UNKNOWN', http: { status: 400 } } },
        );
      },
    };
  },
};
