import { resources } from '../packages/core/platform/resources.ts';
import { options } from './environment.ts';
import { findFunction } from './functions.ts';

/**
 * Requests per second that the account lets one deployment's API take, and how many at once: an account's defaults. It knows
 * no tenants, so that a low one would let one flooder take it all. What one tenant or key may do is the service's own business.
 */
const THROTTLE = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5000 };

export const api = new sst.aws.ApiGatewayV2('Http', {
  // A browser does not let `*` stand for the header that carries the key.
  cors: {
    allowOrigins: [...options.origins],
    allowMethods: ['*'],
    allowHeaders: ['*', 'authorization'],
    // What a page may read of an answer: by which trace it is found again, and when to come back.
    exposeHeaders: ['retry-after', 'traceparent'],
    maxAge: '1 hour',
  },
  accessLog: { retention: $app.protect ? '3 months' : '1 week' },
  ...(options.domain !== undefined && !options.firewall && { domain: options.domain }),
  transform: { stage: { defaultRouteSettings: THROTTLE } },
});

for (const { method, path, function: name } of resources.routes) {
  api.route(`${method} ${path}`, findFunction(name).arn);
}

/** HTTP API has no firewall of its own: it stands in CloudFront, before it. */
const edge = options.firewall
  ? new sst.aws.Router('Edge', {
      ...(options.domain !== undefined && { domain: options.domain }),
      waf: {
        rateLimitPerIp: 2000,
        managedRules: { coreRuleSet: true, knownBadInputs: true, sqlInjection: true },
      },
    })
  : undefined;
edge?.route('/', api.url);

export const apiUrl = edge?.url ?? api.url;
