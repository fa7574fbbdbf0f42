import { resources } from '../packages/core/platform/resources.ts';
import { findFunction } from './functions.ts';

export const api = new sst.aws.ApiGatewayV2('Http', {
  // A browser does not let `*` stand for the header that carries the key.
  cors: { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*', 'authorization'], maxAge: '1 hour' },
  accessLog: { retention: $app.protect ? '3 months' : '1 week' },
});

for (const { method, path, function: name } of resources.routes) {
  api.route(`${method} ${path}`, findFunction(name).arn);
}
