import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isolateEnvironment } from '../environment.ts';
import { output, platform, root } from '../paths.ts';
import { BANNER, build } from './esbuild.ts';
import { REGION, type SynthResource } from './record.ts';
import { startRpcServer } from './rpc-server.ts';

export interface SynthOptions {
  /** Build the functions' bundles as SST does; without, what an earlier synthesis built stands. */
  readonly bundles?: boolean;
  /** As `sst secret set` stores them. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Environment of `sst deploy`. */
  readonly environment?: Readonly<Record<string, string>>;
}

const SECRETS = {
  LoupeSecret: 'secret-of-the-checks-secret-of-the-checks',
  LoupeOperatorKey: 'operator-of-the-checks-operator-of-the-checks',
};

/**
 * What a deployment of the stage would make: SST's real components over the real configuration, with Pulumi's mocks in
 * place of its engine.
 * @throws Error with what the program printed when it stops
 */
export async function synthesise(
  stage: string,
  options: SynthOptions = {},
): Promise<readonly SynthResource[]> {
  const { bundles = false, secrets = SECRETS, environment = {} } = options;
  mkdirSync(output, { recursive: true });
  const run = `${stage}-${process.pid}-${Date.now()}`;
  const recordTo = join(output, `${run}.json`);
  const program = join(platform, `check-${run}.mjs`);
  const server = await startRpcServer({ bundles });
  try {
    await bundleProgram(await describeApp(stage), stage, recordTo, program);
    const child = spawn(process.execPath, ['--no-deprecation', '--no-warnings', program], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: isolateEnvironment({
        SST_SERVER: server.url,
        SST_AWS_REGION: REGION,
        AWS_REGION: REGION,
        ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value])),
        ...environment,
      }),
    });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => printed.push(chunk));
    const [status] = await once(child, 'close');
    if (status !== 0) throw new Error(`The synthesis of ${stage} failed:\n${Buffer.concat(printed)}`);
    return JSON.parse(readFileSync(recordTo, 'utf8'));
  } finally {
    server.stop();
    rmSync(program, { force: true });
    rmSync(recordTo, { force: true });
  }
}

/** What `app()` of the configuration says, completed as the CLI does. */
async function describeApp(stageName: string): Promise<object> {
  Object.assign(globalThis, { $config: (config: unknown) => config });
  const { default: config } = await import(join(root, 'sst.config.ts'));
  return { providers: { aws: {} }, ...(await config.app({ stage: stageName })), stage: stageName };
}

/** Bundles the configuration as `pkg/js/js.go` of the CLI does, with the recorder around it. */
async function bundleProgram(
  app: object,
  stageName: string,
  recordTo: string,
  outfile: string,
): Promise<void> {
  const globals = `import * as aws from "@pulumi/aws";\nimport * as sst from "${join(platform, 'src', 'components')}";\n`;
  const cli = {
    command: 'deploy',
    dev: false,
    paths: { home: join(output, 'home'), root, work: join(root, '.sst'), platform },
    state: { version: {} },
  };
  await build({
    stdin: {
      contents: `
        import * as pulumi from '@pulumi/pulumi';
        import { run } from '${join(platform, 'src', 'auto', 'run.ts')}';
        import { record } from '${join(import.meta.dirname, 'record.ts')}';
        import config from '${join(root, 'sst.config.ts')}';
        await record(pulumi, ${JSON.stringify(stageName)}, ${JSON.stringify(recordTo)}, () => run(config.run));
      `,
      resolveDir: root,
      sourcefile: 'eval.ts',
      loader: 'ts',
    },
    banner: BANNER,
    mainFields: ['module', 'main'],
    format: 'esm',
    platform: 'node',
    bundle: true,
    nodePaths: [join(platform, 'node_modules')],
    external: [
      '@pulumi/*',
      'undici',
      '@pulumiverse/*',
      '@sst-provider/*',
      '@aws-sdk/*',
      'esbuild',
      'archiver',
      'glob',
      'vite',
    ],
    define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: 'false' },
    inject: [join(platform, 'src', 'shim', 'run.js')],
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'globals',
        setup(build: { onLoad(filter: object, load: (file: { path: string }) => object | undefined): void }) {
          build.onLoad({ filter: /\/(stacks\/.*|sst\.config)\.ts$/ }, ({ path }) =>
            path.includes('.sst')
              ? undefined
              : { contents: globals + readFileSync(path, 'utf8'), loader: 'ts' },
          );
        },
      },
    ],
  });
}
