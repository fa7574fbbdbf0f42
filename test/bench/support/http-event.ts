import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A GraphQL request as API Gateway (payload 2.0) hands it to a function. */
export function makeGraphqlEvent(document: string, key: string): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'ANY /graphql',
    rawPath: '/graphql',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'bench',
      domainPrefix: 'bench',
      http: {
        method: 'POST',
        path: '/graphql',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'bench',
      },
      requestId: 'bench',
      routeKey: 'ANY /graphql',
      stage: '$default',
      time: '22/Nov/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    body: JSON.stringify({ query: document }),
    isBase64Encoded: false,
  };
}
