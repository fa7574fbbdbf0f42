/**
 * Synthesises the deployment of a stage without an account: SST's real components over the real configuration, with
 * Pulumi's mocks in place of its engine.
 *   node test/infra/synth/main.ts STAGE OUT.json
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { output, platform, root, tools } from '../paths.ts';
import { REGION } from './record.ts';
import { startRpcServer } from './rpc-server.ts';

const [stage, file] = process.argv.slice(2);
if (!stage || !file) {
  process.stderr.write('Usage: node test/infra/synth/main.ts STAGE OUT.json\n');
  process.exit(2);
}
mkdirSync(dirname(file), { recursive: true });
mkdirSync(output, { recursive: true });

const app = await describeApp(stage);
const program = join(platform, `check.${stage}.mjs`);
await bundleProgram(app, stage, file, program);
const server = await startRpcServer();
try {
  const child = spawn(process.execPath, ['--no-deprecation', '--no-warnings', program], {
    cwd: root,
    stdio: 'inherit',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], SST_SERVER: server.url, SST_AWS_REGION: REGION, AWS_REGION: REGION, ...secretsFromEnvironment() },
  });
  const [status] = await once(child, 'exit');
  process.exitCode = status ?? 1;
} finally {
  server.stop();
  rmSync(program, { force: true });
}

/** What `app()` of the configuration says, completed as the CLI does. */
async function describeApp(stageName: string): Promise<object> {
  Object.assign(globalThis, { $config: (config: unknown) => config });
  const { default: config } = await import(join(root, 'sst.config.ts'));
  return { providers: { aws: {} }, ...(await config.app({ stage: stageName })), stage: stageName };
}

/** Bundles the configuration as `pkg/js/js.go` of the CLI does, with the recorder around it. */
async function bundleProgram(app: object, stageName: string, recordTo: string, outfile: string): Promise<void> {
  const { build } = createRequire(join(tools, 'package.json'))('esbuild');
  const globals = `import * as aws from "@pulumi/aws";\nimport * as sst from "${join(platform, 'src', 'components')}";\n`;
  const cli = { command: 'deploy', dev: false, paths: { home: join(output, 'home'), root, work: join(root, '.sst'), platform }, state: { version: {} } };
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
    banner: {
      js: [
        "import { createRequire as topLevelCreateRequire } from 'module';",
        'const require = topLevelCreateRequire(import.meta.url);',
        'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
        'const __filename = topLevelFileUrlToPath(import.meta.url)',
        'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
        '',
      ].join('\n'),
    },
    mainFields: ['module', 'main'],
    format: 'esm',
    platform: 'node',
    bundle: true,
    nodePaths: [join(platform, 'node_modules')],
    external: ['@pulumi/*', 'undici', '@pulumiverse/*', '@sst-provider/*', '@aws-sdk/*', 'esbuild', 'archiver', 'glob', 'vite'],
    define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: 'false' },
    inject: [join(platform, 'src', 'shim', 'run.js')],
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'globals',
        setup(build: { onLoad(filter: object, load: (file: { path: string }) => object | undefined): void }) {
          build.onLoad({ filter: /\/(stacks\/.*|sst\.config)\.ts$/ }, ({ path }) =>
            path.includes('.sst') ? undefined : { contents: globals + readFileSync(path, 'utf8'), loader: 'ts' },
          );
        },
      },
    ],
  });
}

/** Stand-ins for what `sst secret set` stores, unless the caller sets its own. */
function secretsFromEnvironment(): Record<string, string> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('SST_SECRET_') && entry[1] !== undefined);
  return {
    SST_SECRET_LoupeSecret: 'check-check-check-check-check-check-check',
    SST_SECRET_LoupeOperatorKey: 'operator-operator-operator-operator-operator',
    ...Object.fromEntries(given),
  };
}
