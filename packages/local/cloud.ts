import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventSourceResource, Resources } from '@loupe/core/resources';
import { type Clock, createJumpingClock } from './clock.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { openDynamoDb } from './dynamodb/index.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { createHttpApi } from './http-api/index.ts';
import { openKms } from './kms/index.ts';
import { createLambda } from './lambda/index.ts';
import { watchHandlers } from './lambda/watch.ts';
import { type Listening, listenOnLoopback } from './listening.ts';
import { openS3 } from './s3/index.ts';
import { startSchedule } from './schedule/index.ts';
import { describeEnvironment, type Endpoints, LOCAL_ACCOUNT } from './service-environment.ts';
import { openSqs, startEventSourceMapping } from './sqs/index.ts';

export type { Endpoints } from './service-environment.ts';

const SERVICES = ['api', 'dynamodb', 'kms', 's3', 'sqs'] as const;
/** AWS demands 1 and advises 6 for invocations that are throttled, which they are not here: they wait. */
const VISIBILITY_FACTOR = 2;
const DEFAULT_WORKERS = 4;

export interface CloudOptions {
  readonly resources: Resources;
  /** Folder the handlers' paths are relative to. */
  readonly root: string;
  /** Where everything is kept; made when missing, held by one process at a time. */
  readonly dataDir: string;
  /** Deletes what an earlier run kept. */
  readonly reset?: boolean;
  /** 0 takes a free port. A service left out takes the port of its last run when that is free. */
  readonly ports?: Partial<Record<keyof Endpoints, number | undefined>>;
  /** More environment for the functions; wins over what the cloud sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** One line from a function, or about an event source or schedule. */
  readonly log?: (source: string, line: string) => void;
  /** Replaces every function's timeout; queues that feed functions get twice as much visibility timeout. */
  readonly functionTimeoutSeconds?: number | undefined;
  /** Replaces the interval of every schedule. */
  readonly sweepEverySeconds?: number | undefined;
  /** Most workers per function, and most batches of a queue at a time. Default 4. */
  readonly workersPerFunction?: number;
  /** Faults made on purpose. Functions behind the API are spared: their clients would have to try again. */
  readonly faults?: Faults;
  /** Run the handlers' new code when a file beside them changes. */
  readonly watch?: boolean;
  /** Answers a request to the API's port itself and returns true, or leaves it to the API. */
  readonly front?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface Cloud {
  readonly endpoints: Endpoints;
  /** What the functions see: addresses, credentials, names of table, bucket and queues, secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: DataFolder;
  /** Stops taking work, ends the workers and closes the stores. Everything is kept. */
  stop(): Promise<void>;
}

type Closer = () => void | Promise<void>;

/**
 * Starts DynamoDB, S3, SQS, KMS, Lambda, the HTTP API and the schedules of `resources` in this process, on loopback.
 * Throws `DataFolderError` or `PortTakenError`; whatever was already started is stopped again.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closers: Closer[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= runAll(closers);
    return stopping;
  };
  try {
    return { ...(await start(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The latest started stops first, and every one is tried. */
async function runAll(closers: readonly Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Parts of the local cloud did not stop cleanly.');
}

async function start(options: CloudOptions, closers: Closer[]): Promise<Omit<Cloud, 'stop'>> {
  const { root, faults = NO_FAULTS, log = () => undefined } = options;
  const clock = createJumpingClock(options.clock ?? Date.now, faults);
  const resources = adjustTimes(options);
  const { region, accountId, credentials } = LOCAL_ACCOUNT;

  const folder = openDataFolder(options.dataDir, { reset: options.reset ?? false });
  closers.push(() => folder.release());
  const ports = await listenAll(options, folder);
  closers.push(() => closeAll(Object.values(ports)));
  const endpoints: Endpoints = {
    api: ports.api.origin,
    dynamodb: ports.dynamodb.origin,
    kms: ports.kms.origin,
    s3: ports.s3.origin,
    sqs: ports.sqs.origin,
  };

  const dynamodb = await openDynamoDb({
    dataDir: folder.findFolder('dynamodb'),
    tables: resources.tables,
    clock,
    region,
    faults,
  });
  closers.push(() => dynamodb.close());
  ports.dynamodb.serve(dynamodb.handle);

  const sqs = openSqs({
    dataDir: folder.findFolder('sqs'),
    region,
    accountId,
    queues: resources.queues,
    clock,
    faults,
    endpointBase: endpoints.sqs,
  });
  closers.push(() => sqs.close());
  ports.sqs.serve(sqs.handle);

  const s3 = await openS3({
    dataDir: folder.findFolder('s3'),
    region,
    credentials,
    buckets: resources.buckets,
    clock,
    faults,
    publish: (queue, body) => void sqs.enqueue(queue, body),
    log: (line) => log('s3', line),
    testEvents: true,
  });
  closers.push(async () => {
    await ports.s3.close();
    await s3.close();
  });
  ports.s3.serve(s3.handle);

  const kms = openKms({
    dataDir: folder.findFolder('kms'),
    region,
    accountId,
    keys: resources.keys,
    clock,
    faults,
  });
  ports.kms.serve(kms.handle);

  const environment = {
    ...describeEnvironment(resources, endpoints, sqs.formatUrl, kms.formatArn),
    ...folder.readSecrets(),
    ...options.environment,
  };
  const workersPerFunction = options.workersPerFunction ?? DEFAULT_WORKERS;
  const lambda = createLambda({
    functions: resources.functions,
    root,
    region,
    accountId,
    environment,
    workersPerFunction,
    faults,
    spared: new Set(resources.routes.map((route) => route.function)),
    log,
  });
  closers.push(() => lambda.stop());
  if (options.watch) {
    const { stop } = watchHandlers(root, resources.functions, (file) => {
      log('watch', `${file} changed; the functions' next invocations run the new code`);
      lambda.reload();
    });
    closers.push(stop);
  }

  for (const source of resources.eventSources) {
    checkVisibility(source, resources);
    const mapping = startEventSourceMapping({
      source: { ...source, maximumConcurrency: Math.min(source.maximumConcurrency, workersPerFunction) },
      store: sqs.store,
      waiting: sqs.waiting,
      clock,
      region,
      accountId,
      invoke: (event) => lambda.invoke(source.function, event),
      log: (line) => log(source.function, line),
    });
    closers.push(() => mapping.stop());
  }
  for (const schedule of resources.schedules) {
    const { stop } = startSchedule({
      schedule,
      region,
      accountId,
      clock,
      invoke: (event) => lambda.invoke(schedule.function, event),
      log: (line) => log(schedule.function, line),
    });
    closers.push(stop);
  }

  const api = createHttpApi({ routes: resources.routes, accountId, clock, invoke: lambda.invoke });
  closers.push(() => ports.api.close());
  ports.api.serve((request, response) => {
    if (!options.front?.(request, response)) void api.handle(request, response);
  });
  return { endpoints, environment, folder };
}

function adjustTimes({ resources, functionTimeoutSeconds, sweepEverySeconds }: CloudOptions): Resources {
  const fed = new Set(resources.eventSources.map(({ queue }) => queue));
  return {
    ...resources,
    functions: resources.functions.map((resource) => ({
      ...resource,
      timeoutSeconds: functionTimeoutSeconds ?? resource.timeoutSeconds,
    })),
    queues: resources.queues.map((queue) =>
      functionTimeoutSeconds !== undefined && fed.has(queue.name)
        ? { ...queue, visibilityTimeoutSeconds: VISIBILITY_FACTOR * functionTimeoutSeconds }
        : queue,
    ),
    schedules: resources.schedules.map((schedule) => ({
      ...schedule,
      everySeconds: sweepEverySeconds ?? schedule.everySeconds,
    })),
  };
}

/** As CreateEventSourceMapping refuses it: a message must not come back while its function may still run. */
function checkVisibility(source: EventSourceResource, { queues, functions }: Resources): void {
  const visibility = queues.find(({ name }) => name === source.queue)?.visibilityTimeoutSeconds ?? 0;
  const timeout = functions.find(({ name }) => name === source.function)?.timeoutSeconds ?? 0;
  if (visibility >= timeout) return;
  throw new Error(
    `The queue ${source.queue} hides messages for ${visibility} s, less than the ${timeout} s its function may run.`,
  );
}

/** Opens every port, or none. Queue addresses carry a port, so the ports come before the services. */
async function listenAll(
  { ports = {} }: CloudOptions,
  folder: DataFolder,
): Promise<Record<keyof Endpoints, Listening>> {
  const last = folder.readPorts();
  const open: Partial<Record<keyof Endpoints, Listening>> = {};
  try {
    for (const service of SERVICES) {
      const wanted = ports[service];
      open[service] = await listenOnLoopback(
        service,
        wanted === undefined ? { port: last[service] ?? 0, orFree: true } : { port: wanted },
      );
    }
  } catch (error) {
    await closeAll(Object.values(open));
    throw error;
  }
  const all = open as Record<keyof Endpoints, Listening>;
  folder.writePorts(Object.fromEntries(SERVICES.map((service) => [service, all[service].port])));
  return all;
}

async function closeAll(listening: readonly Listening[]): Promise<void> {
  await Promise.all(listening.map((one) => one.close()));
}
