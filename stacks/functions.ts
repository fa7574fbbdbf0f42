import { type FunctionResource, resources } from '../packages/core/platform/resources.ts';
import vision from '../packages/vision/package.json' with { type: 'json' };
import { renderComponentName } from './component-name.ts';
import { options } from './environment.ts';
import { grants } from './grants.ts';
import { hardenFunctionRole, permitLogging } from './hardening.ts';
import { key } from './keys.ts';
import { renderAccountName } from './names.ts';
import { issuer } from './people.ts';
import { findQueue } from './queues.ts';
import { describeProviders, describeSecrets, otlpHeaders } from './secrets.ts';
import { bucket } from './storage.ts';
import { table } from './table.ts';

/**
 * Packages installed beside a function's bundle instead of into it: sharp is native, libheif-js is LGPL and stays
 * replaceable, laz-perf reads its WebAssembly from its own folder. The other functions reach them only behind imports
 * they never run.
 */
const DECODERS: Readonly<Record<string, readonly (keyof typeof vision.dependencies)[]>> = {
  convert: ['sharp', 'libheif-js', 'laz-perf'],
  infer: ['sharp'],
  evaluate: ['sharp'],
};
/** Functions that offer models or ask them. */
const WITH_MODELS = ['api', 'infer', 'evaluate'];
/** Functions that seal or open what a tenant entrusted. */
const WITH_SECRETS_OF_TENANTS = ['api', 'infer', 'evaluate'];

const functions = new Map(resources.functions.map((declared) => [declared.name, createFunction(declared)]));

/** @throws Error when the resource list has no such function */
export function findFunction(name: string): sst.aws.Function {
  const found = functions.get(name);
  if (!found) throw new Error(`The resource list has no function "${name}".`);
  return found;
}

function createFunction({ name, handler, timeoutSeconds, memoryMb }: FunctionResource): sst.aws.Function {
  const permissions = grants[name];
  if (!permissions) throw new Error(`Say in grants.ts what the function "${name}" may do.`);
  const accountName = renderAccountName(name);
  const isScheduled = resources.schedules.some((schedule) => schedule.function === name);
  return new sst.aws.Function(renderComponentName(name), {
    name: accountName,
    handler: handler.replace('.ts#', '.'),
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    timeout: `${timeoutSeconds} seconds`,
    memory: `${memoryMb} MB`,
    logging: { format: 'json', retention: $app.protect ? '3 months' : '1 week' },
    environment: describeEnvironment(name),
    permissions: [...permissions, permitLogging(accountName)],
    nodejs: {
      minify: true,
      // Imports at first use stay files of their own, so that a cold start reads only what it runs.
      splitting: true,
      // Maps are of use to SST's console alone, and with splitting there are some forty to a function.
      esbuild: { sourcemap: false, external: ['sharp', 'libheif-js', 'laz-perf', 'node-av'] },
      ...(name in DECODERS && { install: pickDecoders(DECODERS[name] ?? []) }),
    },
    // The next tick comes sooner than a retry.
    ...(isScheduled && { retries: 0 }),
    transform: { role: hardenFunctionRole },
  });
}

function pickDecoders(names: readonly (keyof typeof vision.dependencies)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, vision.dependencies[name]]));
}

/** Variables as `packages/core/platform/config.ts` reads them. */
function describeEnvironment(name: string) {
  const urls = resources.eventSources.map(
    ({ queue }) => [`LOUPE_QUEUE_${queue.toUpperCase()}_URL`, findQueue(queue).url] as const,
  );
  return {
    LOUPE_STAGE: $app.stage,
    LOUPE_TABLE: table.name,
    LOUPE_BUCKET: bucket.name,
    ...Object.fromEntries(urls),
    ...(WITH_SECRETS_OF_TENANTS.includes(name) && { LOUPE_KMS_KEY_ID: key.arn }),
    ...(name === 'api' && {
      LOUPE_OIDC_ISSUER: issuer.url,
      LOUPE_OIDC_AUDIENCE: issuer.audience,
      LOUPE_OIDC_ALGORITHM: issuer.algorithm,
      LOUPE_SIGN_UP: options.signUp,
    }),
    ...(options.otlpEndpoint !== undefined && {
      OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
      OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders.value,
    }),
    ...describeSecrets(name),
    ...(WITH_MODELS.includes(name) && describeProviders()),
  };
}
