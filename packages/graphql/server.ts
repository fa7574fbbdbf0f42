import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { auditPlugin } from './audit-plugin.ts';
import type { RequestContext } from './context.ts';
import { costPlugin } from './cost-plugin.ts';
import { createDescriptionsPlugin } from './describe-schema.ts';
import { formatError, isUnexpected } from './errors.ts';
import { LIMITS } from './limits.ts';
import { createSchema } from './schema.ts';
import { trustedDocumentsPlugin } from './trusted-documents.ts';

/** Receives every error that is ours to repair. */
export type ReportError = (error: unknown, context: RequestContext) => void;

/** The GraphQL server, started at its first request. Every operation needs a credential, introspection included. */
export function createServer(reportError: ReportError): ApolloServer<RequestContext> {
  const schema = createSchema();
  return new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Documents sent once and named by their digest later would let anybody fill the cache.
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.tokens, noLocation: false },
    validationOptions: { maxErrors: 10 },
    maxRecursiveSelections: true,
    plugins: [
      trustedDocumentsPlugin,
      // Of Apollo's own plugins none is used; what is not named here is loaded at each start.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createDescriptionsPlugin(schema),
      costPlugin,
      auditPlugin,
      {
        async requestDidStart() {
          return {
            async didEncounterErrors({ errors, contextValue }) {
              for (const error of errors) if (isUnexpected(error)) reportError(error, contextValue);
            },
            async willSendResponse({ response, contextValue, errors }) {
              response.http.headers.set('cache-control', 'no-store');
              if (response.body.kind !== 'single' || !errors) return;
              const { singleResult } = response.body;
              singleResult.errors = (singleResult.errors ?? []).map((formatted, position) =>
                formatError(formatted, errors[position], contextValue.requestId),
              );
            },
          };
        },
      },
    ],
  });
}
