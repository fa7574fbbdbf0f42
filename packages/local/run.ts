import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { resources } from '@loupe/core/resources';
import { type Arguments, HELP, parseArguments, UsageError } from './arguments.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { DataFolderError } from './damage.ts';
import { ensureDevelopmentTenant } from './development-tenant.ts';
import { TableChangedError } from './dynamodb/index.ts';
import { readFunctionEnvironment } from './environment.ts';
import { createExplorer } from './explorer/index.ts';
import { createFaults, formatFaults } from './faults.ts';
import { describeStart, FIRST_QUERY } from './greeting.ts';
import { PortTakenError } from './listening.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A stop takes milliseconds; one that hangs must not keep the terminal. */
const STOP_LIMIT_MS = 5000;
/**
 * V8 would collect a worker's old generation once it holds four times what is in use. Twice costs no more time that could be
 * measured (`test/bench/evaluation.ts`), and busy workers then hold 0.9 GB together, not 1.4.
 */
const HEAP_GROWTH = '--heap-growing-percent=100';

let explorerKey: string | undefined;

function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function run(args: Arguments): Promise<void> {
  setFlagsFromString(HEAP_GROWTH);
  const explorer = createExplorer(() => ({
    endpoint: '/graphql',
    query: FIRST_QUERY,
    headers: { authorization: `Bearer ${explorerKey ?? '<your API key>'}` },
  }));
  const cloud = await startCloud({
    resources,
    root,
    dataDir: args.data,
    reset: args.reset,
    ports: args.ports,
    environment: readFunctionEnvironment(),
    log: args.quiet ? () => undefined : (source, line) => printError(`[${source}] ${line}`),
    functionTimeoutSeconds: args.functionTimeoutSeconds,
    sweepEverySeconds: args.sweepEverySeconds,
    ...(args.faults === undefined ? {} : { faults: createFaults(args.faults) }),
    watch: args.watch,
    front: explorer,
  });
  stopOnSignals(cloud);
  if (args.faults !== undefined) printError(`Faults are on: ${formatFaults(args.faults)}`);
  if (args.readyJson) printReady(cloud);
  else await greet(cloud);
}

function stopOnSignals(cloud: Cloud): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
      cloud.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          printError(String(error));
          process.exit(1);
        },
      );
    });
  }
}

function printReady({ endpoints, environment }: Cloud): void {
  const operatorKey = environment.LOUPE_OPERATOR_KEY;
  process.stdout.write(`${JSON.stringify({ endpoints, operatorKey, environment })}\n`);
}

async function greet({ folder, endpoints, environment }: Cloud): Promise<void> {
  try {
    const operatorKey = environment.LOUPE_OPERATOR_KEY ?? '';
    const { apiKey } = await ensureDevelopmentTenant(folder, endpoints.api, operatorKey);
    explorerKey = apiKey;
    process.stdout.write(describeStart(endpoints, folder.path, apiKey));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    printError(
      `Loupe runs at ${endpoints.api}/graphql, but its API could not make a development tenant: ${reason}`,
    );
  }
}

/** What `npm start` does with its arguments. Ends the process with code 1 when it cannot start. */
export async function main(commandLine: readonly string[]): Promise<void> {
  try {
    const args = parseArguments(commandLine);
    if (args.help) process.stdout.write(HELP);
    else await run(args);
  } catch (error) {
    const expected =
      error instanceof UsageError ||
      error instanceof DataFolderError ||
      error instanceof PortTakenError ||
      error instanceof TableChangedError;
    printError(expected ? error.message : String(error instanceof Error ? (error.stack ?? error) : error));
    process.exit(1);
  }
}
