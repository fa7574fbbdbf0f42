import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { resources } from '@loupe/core/resources';
import { describe, expect, test } from 'vitest';
import { renderComponentName } from '../../stacks/component-name.ts';
import { locateBundle, locateMetafile } from './synth/build-function.ts';

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly bytes: number;
        readonly entryPoint?: string;
        readonly imports: readonly {
          readonly path: string;
          readonly kind: string;
          readonly external?: boolean;
        }[];
        readonly inputs: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

/** Most of a function's own code, in kB: what a cold start may read, not what is installed beside it. */
const BUDGETS_KB: Readonly<Record<string, number>> = {
  api: 1000,
  intake: 550,
  convert: 650,
  'convert-video': 650,
  infer: 600,
  deliver: 550,
  evaluate: 600,
  leave: 550,
  sweep: 550,
};
/** Lambda's limit on an unpacked function, in MB. */
const LAMBDA_LIMIT_MB = 250;

function readMetafile(name: string): Metafile {
  return JSON.parse(readFileSync(locateMetafile(renderComponentName(name)), 'utf8'));
}

/** What Node reads at the function's init: the entry and every chunk it imports statically, from there on. */
function listStartFiles(metafile: Metafile): {
  readonly outputs: string[];
  readonly inputs: string[];
  readonly external: string[];
} {
  const entry = Object.keys(metafile.outputs).find((file) => file.endsWith('/bundle.mjs'));
  const outputs = new Set(entry === undefined ? [] : [entry]);
  const external = new Set<string>();
  for (const file of outputs) {
    for (const { path, kind, external: isExternal } of metafile.outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (isExternal) external.add(path);
      else outputs.add(path);
    }
  }
  const inputs = [...outputs].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
  return { outputs: [...outputs], inputs, external: [...external] };
}

function measureFolder(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

describe.each(resources.functions.map(({ name }) => name))('the bundle of %s', (name) => {
  const folder = locateBundle(renderComponentName(name));

  test('starts within its budget', () => {
    const metafile = readMetafile(name);
    const { outputs } = listStartFiles(metafile);
    const kB = outputs.reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0) / 1000;
    expect(kB).toBeLessThan(BUDGETS_KB[name] ?? 0);
  });

  test('loads no model SDK, no decoder and no client that its first request may not need', () => {
    const { inputs, external } = listStartFiles(readMetafile(name));
    const heavy = inputs.filter((file) =>
      /node_modules\/(openai|@google\/genai|@aws-sdk\/client-(s3|sqs|kms)|libheif-js|dicom-parser|hyparquet|geotiff|vega)\//.test(
        file,
      ),
    );
    expect(heavy).toEqual([]);
    expect(
      external.filter((path) => !path.startsWith('node:') && /sharp|heif|laz|node-av/.test(path)),
    ).toEqual([]);
  });

  test('does not load `node:http` before it needs it, which brings all of fetch along', () => {
    const { external } = listStartFiles(readMetafile(name));
    expect(external.filter((path) => /^(node:)?http$/.test(path))).toEqual([]);
  });

  test('has one copy of each package at its start, but for two that packages of Apollo’s pin apart', () => {
    const { inputs } = listStartFiles(readMetafile(name));
    const roots = new Map<string, Set<string>>();
    for (const file of inputs) {
      const match = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file);
      if (match?.[1] && match[2]) roots.set(match[2], (roots.get(match[2]) ?? new Set()).add(match[1]));
    }
    const twice = [...roots].filter(([, places]) => places.size > 1).map(([one]) => one);
    expect(twice.filter((one) => one !== '@graphql-tools/utils' && one !== 'safe-buffer')).toEqual([]);
  });

  test('ships no source maps and fits Lambda', () => {
    expect(readdirSync(folder).filter((file) => file.endsWith('.map'))).toEqual([]);
    expect(measureFolder(folder) / 1e6).toBeLessThan(LAMBDA_LIMIT_MB);
  });
});

test('the API starts without what few of its requests need: the judge, ranges of addresses, signatures', () => {
  const { inputs } = listStartFiles(readMetafile('api'));
  expect(
    inputs.filter((file) =>
      /packages\/judge\/(closer|conversation|models|prompts)\/|node_modules\/(ipaddr\.js|jose|standardwebhooks)\//.test(
        file,
      ),
    ),
  ).toEqual([]);
});

test('the decoders beside a bundle are those of arm64 Linux', () => {
  for (const name of ['convert', 'convert-video', 'infer', 'evaluate']) {
    const installed = join(locateBundle(renderComponentName(name)), 'node_modules', '@img');
    expect(readdirSync(installed).filter((folder) => folder.startsWith('sharp-'))).toEqual(
      expect.arrayContaining(['sharp-libvips-linux-arm64', 'sharp-linux-arm64']),
    );
    expect(readdirSync(installed).filter((folder) => folder.includes('x64'))).toEqual([]);
    const binary = readdirSync(join(installed, 'sharp-linux-arm64', 'lib')).find((file) =>
      file.endsWith('.node'),
    );
    const header = readFileSync(join(installed, 'sharp-linux-arm64', 'lib', binary ?? '')).subarray(0, 20);
    // ELF, machine 0xB7: AArch64 (ELF for the Arm 64-bit architecture, section 4.3).
    expect([...header.subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
    expect(header.readUInt16LE(18)).toBe(0xb7);
  }
});

test('the decoder of video is that of arm64 Linux, and no other comes with it', () => {
  const installed = join(locateBundle('ConvertVideo'), 'node_modules');
  expect(readdirSync(join(installed, '@seydx'))).toEqual(['node-av-linux-arm64']);
  const header = readFileSync(join(installed, '@seydx', 'node-av-linux-arm64', 'node-av.node')).subarray(
    0,
    20,
  );
  expect(header.readUInt16LE(18)).toBe(0xb7);
  // Its package brings a program of FFmpeg's, and parts for other uses, that would not fit.
  expect(existsSync(join(installed, 'node-av'))).toBe(false);
  expect(readdirSync(locateBundle('ConvertVideo')).some((file) => file.startsWith('decoder-process-'))).toBe(
    true,
  );
});

test('what judges has no decoder of video', () => {
  for (const name of ['infer', 'evaluate']) {
    const folder = locateBundle(renderComponentName(name));
    expect(readdirSync(folder).filter((file) => file.startsWith('decoder-process-'))).toEqual([]);
    expect(existsSync(join(folder, 'node_modules', '@seydx'))).toBe(false);
  }
});

test('the conversion process and the LAZ thread are files of their own, with the WebAssembly they read', () => {
  const folder = locateBundle('Convert');
  const files = readdirSync(folder);
  expect(files.some((file) => file.startsWith('conversion-process-'))).toBe(true);
  expect(files.some((file) => file.startsWith('laz-worker-'))).toBe(true);
  expect(
    existsSync(join(folder, 'node_modules', 'laz-perf', 'lib', 'laz-perf.wasm')) ||
      readdirSync(join(folder, 'node_modules', 'laz-perf'), { recursive: true }).some((file) =>
        String(file).endsWith('.wasm'),
      ),
  ).toBe(true);
});
