import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, root } from '../paths.ts';
import { BANNER, build } from './esbuild.ts';

/** What SST asks of its builder for a Node function; the fields that this deployment uses. */
export interface BuildInput {
  readonly functionID: string;
  /** `<file without extension>.<export>`. */
  readonly handler: string;
  readonly properties: {
    readonly architecture: string;
    readonly minify?: boolean;
    readonly splitting?: boolean;
    readonly install?: Readonly<Record<string, string>>;
    readonly esbuild?: {
      readonly external?: readonly string[];
      readonly sourcemap?: boolean;
      readonly keepNames?: boolean;
    };
  };
  readonly copyFiles?: readonly { readonly from: string; readonly to?: string }[];
}

export interface BuildOutput {
  readonly handler: string;
  readonly out: string;
  readonly errors: readonly string[];
  readonly sourcemaps: readonly string[];
}

/** Folder of a function's bundle, with the packages that SST installs beside it. */
export function locateBundle(functionId: string): string {
  return join(output, 'bundles', functionId);
}

/** What esbuild says of a bundle: its files, and from what each was made. */
export function locateMetafile(functionId: string): string {
  return join(output, 'bundles', `${functionId}.meta.json`);
}

/** The bundle of an earlier synthesis. */
export function findBuilt({ functionID, handler }: BuildInput): BuildOutput {
  const out = locateBundle(functionID);
  mkdirSync(out, { recursive: true });
  return { handler: `bundle${handler.slice(handler.lastIndexOf('.'))}`, out, errors: [], sourcemaps: [] };
}

/**
 * Bundles a function with the options of SST 4.17.1's builder (`pkg/runtime/node/build.go`) and the esbuild it links,
 * and installs for Linux what is left outside, as it does.
 */
export async function buildFunction(input: BuildInput): Promise<BuildOutput> {
  const { properties } = input;
  const out = locateBundle(input.functionID);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const dot = input.handler.lastIndexOf('.');
  const install = properties.install ?? {};
  const result = await build({
    entryPoints: [join(root, `${input.handler.slice(0, dot)}.ts`)],
    platform: 'node',
    external: ['sharp', 'pg-native', ...Object.keys(install), ...(properties.esbuild?.external ?? [])],
    keepNames: properties.esbuild?.keepNames ?? true,
    bundle: true,
    splitting: properties.splitting ?? false,
    metafile: true,
    sourcemap: properties.esbuild?.sourcemap === false ? false : 'linked',
    format: 'esm',
    target: 'es2024',
    mainFields: ['module', 'main'],
    banner: BANNER,
    minify: properties.minify ?? false,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    entryNames: 'bundle',
    logLevel: 'silent',
  }).catch((error: { errors?: { text: string }[] }) => error);
  const errors = (result.errors ?? []).map(({ text }: { text: string }) => text);
  if (errors.length === 0) {
    writeFileSync(locateMetafile(input.functionID), JSON.stringify(result.metafile));
    installPackages(out, install, properties.architecture);
  }
  return { handler: `bundle${input.handler.slice(dot)}`, out, errors, sourcemaps: [] };
}

function installPackages(
  out: string,
  packages: Readonly<Record<string, string>>,
  architecture: string,
): void {
  if (Object.keys(packages).length === 0) return;
  writeFileSync(join(out, 'package.json'), `${JSON.stringify({ dependencies: packages })}\n`);
  const cpu = architecture === 'arm64' ? 'arm64' : 'x64';
  const flags = [
    '--force',
    '--platform=linux',
    '--os=linux',
    `--arch=${cpu}`,
    `--cpu=${cpu}`,
    '--libc=glibc',
  ];
  const { status, stderr } = spawnSync(
    'npm',
    ['install', ...flags, '--no-audit', '--no-fund', '--prefer-offline'],
    {
      cwd: out,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`npm install in ${out} failed: ${stderr}`);
}
