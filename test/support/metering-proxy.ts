import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that went through, with its answer. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly status: number;
  readonly answer: Buffer;
}

export interface MeteringProxy {
  readonly url: string;
  stop(): void;
}

/** Stands before a service of the local cloud and shows every exchange. The host stays the caller's: it is signed. */
export async function startMeteringProxy(
  target: () => string,
  see: (exchange: Exchange) => void,
): Promise<MeteringProxy> {
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const { method = 'GET', url = '/', headers } = request;
    const forwarded = sendRequest(new URL(url, target()), { method, headers }, async (answered) => {
      const answer = await readAll(answered);
      const status = answered.statusCode ?? 500;
      see({ method, url, headers, body, status, answer });
      response.writeHead(status, answered.headers).end(answer);
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
