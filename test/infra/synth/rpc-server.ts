import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BuildInput, buildFunction, findBuilt } from './build-function.ts';

type Method = (argument: never) => unknown;

/** The part of SST's own server that its components call while they are made. */
export async function startRpcServer({
  bundles,
}: {
  readonly bundles: boolean;
}): Promise<{ readonly url: string; stop(): void }> {
  const methods: Readonly<Record<string, Method>> = {
    'Provider.Aws.Bootstrap': () => ({
      asset: 'sst-asset',
      assetEcrRegistryId: '123456789012',
      assetEcrUrl: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/sst-asset',
      state: 'sst-state',
      appsyncHttp: '',
      appsyncRealtime: '',
    }),
    'Runtime.Build': (input: BuildInput) => (bundles ? buildFunction(input) : findBuilt(input)),
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString());
    const call = methods[method];
    const answer = call
      ? await Promise.resolve(call(params[0] as never)).then(
          (result) => ({ result }),
          (error: Error) => ({ error: error.message }),
        )
      : { error: `rpc: can't find method ${method}` };
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
