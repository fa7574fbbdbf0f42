import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** A wanted port is not free. */
export class PortTakenError extends Error {
  readonly code = 'PORT_TAKEN';
  readonly port: number;

  constructor(service: string, port: number) {
    super(
      `Port ${port}, wanted for ${service}, is taken by another program. Choose another port; 0 takes a free one.`,
    );
    this.name = 'PortTakenError';
    this.port = port;
  }
}

export interface Listening {
  readonly port: number;
  /** E.g. `http://127.0.0.1:4000`. */
  readonly origin: string;
  /** Takes what serves the requests; until then they are answered with 503. */
  serve(listener: RequestListener): void;
  /** Ends every connection and gives the port back. */
  close(): Promise<void>;
}

/** Where a service should listen. */
export interface PortWish {
  /** 0 takes a free one. */
  readonly port: number;
  /** Take a free one when `port` is taken, instead of throwing. */
  readonly orFree?: boolean;
}

/** Listens on loopback alone. Throws `PortTakenError`. */
export async function listenOnLoopback(service: string, wish: PortWish): Promise<Listening> {
  let listener: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  // Long polls and slow models keep a request open; the services set their own limits.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  try {
    await bind(server, wish.port);
  } catch (error) {
    const taken =
      error instanceof Error && 'code' in error && ['EADDRINUSE', 'EACCES'].includes(String(error.code));
    if (!taken) throw error;
    if (!wish.orFree) throw new PortTakenError(service, wish.port);
    await bind(server, 0);
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://${LOOPBACK}:${port}`,
    serve: (next) => {
      listener = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
