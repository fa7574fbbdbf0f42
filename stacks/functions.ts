import {
  type FunctionResource,
  renderQueueVariable,
  resources,
} from '../packages/core/platform/resources.ts';
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

/** FFmpeg as native code, GPL (ADR 0014); published with the package that calls it, which is bundled. */
const VIDEO_DECODER = '@seydx/node-av-linux-arm64';
const versions = { ...vision.dependencies, [VIDEO_DECODER]: vision.optionalDependencies['node-av'] };

/**
 * Packages installed beside a function's bundle instead of into it: sharp is native, libheif-js is LGPL and stays
 * replaceable, laz-perf reads its WebAssembly from its own folder. The other functions reach them only behind imports they
 * never run. Of node-av the native part alone is installed: the whole package fetches a program of 100 MB after it.
 */
const DECODERS: Readonly<Record<string, readonly (keyof typeof versions)[]>> = {
  convert: ['sharp', 'libheif-js', 'laz-perf'],
  'convert-video': ['sharp', VIDEO_DECODER],
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

function createFunction(declared: FunctionResource): sst.aws.Function {
  const { name, handler, timeoutSeconds, memoryMb, temporaryStorageMb } = declared;
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
    ...(temporaryStorageMb !== undefined && { storage: `${temporaryStorageMb} MB` as const }),
    ...(name === 'api' &&
      options.apiConcurrency !== undefined && { concurrency: { reserved: options.apiConcurrency } }),
    logging: { format: 'json', retention: $app.protect ? '3 months' : '1 week' },
    environment: describeEnvironment(name),
    permissions: [...permissions, permitLogging(accountName)],
    nodejs: {
      minify: true,
      // Imports at first use stay files of their own, so that a cold start reads only what it runs.
      splitting: true,
      // Maps are of use to SST's console alone, and with splitting there are some forty to a function.
      esbuild: {
        sourcemap: false,
        // Names in the stacks of logged errors, for a tenth of a start: where somebody waits for it, the start counts.
        keepNames: name !== 'api',
        external: ['sharp', 'libheif-js', 'laz-perf', ...(name === 'convert-video' ? [] : ['node-av'])],
      },
      ...(name in DECODERS && { install: pickDecoders(DECODERS[name] ?? []) }),
    },
    // The next tick comes sooner than a retry.
    ...(isScheduled && { retries: 0 }),
    transform: { role: hardenFunctionRole },
  });
}

function pickDecoders(names: readonly (keyof typeof versions)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}

/** Variables as `packages/core/platform/config.ts` reads them. */
function describeEnvironment(name: string) {
  const urls = resources.eventSources.map(
    ({ queue }) => [renderQueueVariable(queue), findQueue(queue).url] as const,
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
