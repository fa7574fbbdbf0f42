import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HostedFunction, type RunningFunction, startFunction } from './runtime-api.ts';

export interface RuntimeHost {
  /** `POST <url>/<function>` runs an event and answers 200 with the function's answer, or 500 with its error. */
  readonly url: string;
  /** A function starts at its first event, with its environment of these. */
  provide(environments: ReadonlyMap<string, Readonly<Record<string, string>>>): void;
  /** What the functions printed, by name. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  stop(): Promise<void>;
}

/** Runs each function as one process of AWS's runtime client. */
export async function startRuntimeHost(functions: readonly HostedFunction[]): Promise<RuntimeHost> {
  const environments = Promise.withResolvers<ReadonlyMap<string, Readonly<Record<string, string>>>>();
  const lines = new Map<string, string[]>();
  const started = new Map<string, Promise<RunningFunction>>();

  async function start(hosted: HostedFunction): Promise<RunningFunction> {
    const printed: string[] = [];
    lines.set(hosted.name, printed);
    return startFunction(hosted, (await environments.promise).get(hosted.name) ?? {}, (line) =>
      printed.push(line),
    );
  }

  const server = createServer(async (request, response) => {
    const hosted = functions.find(({ name }) => request.url === `/${name}`);
    if (!hosted) return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const running = started.get(hosted.name) ?? start(hosted);
    started.set(hosted.name, running);
    try {
      const answer = await (await running).invoke(Buffer.concat(chunks).toString());
      response.writeHead(answer.ok ? 200 : 500).end(answer.ok ? answer.payload : answer.error);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    provide: environments.resolve,
    lines,
    stop: async () => {
      const running = await Promise.allSettled(started.values());
      for (const one of running) if (one.status === 'fulfilled') one.value.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}
