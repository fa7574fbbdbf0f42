/**
 * Compiles `assembly/*.as` to `generated/*.ts`, so that nothing need be built at install:
 *
 *     node packages/vision/wasm/build-kernels.ts
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;

/** Every module of kernels: `assembly/NAME.as`, with what it imports from `assembly/NAME/`, becomes `generated/NAME.ts`. */
export const KERNEL_SOURCES = ['descriptors', 'number-rows', 'point-cloud', 'time-series', 'table'] as const;

/** The bytes of the module compiled from `assembly/NAME.as`; the same for the same compiler and source. */
export async function compileKernels(name: string): Promise<Uint8Array> {
  const { main } = await import('assemblyscript/asc');
  const outputs = new Map<string, Uint8Array | string>();
  const options = ['--outFile', 'out.wasm', '--runtime', 'stub', '--importMemory', '-O3', '--noAssert'];
  const { error, stderr } = await main(
    [`${name}.ts`, ...options, '--enable', 'simd', '--enable', 'relaxed-simd', '--use', 'abort='],
    {
      readFile: readSource,
      writeFile: (path, contents) => void outputs.set(path, contents),
      listFiles: () => [],
    },
  );
  const compiled = outputs.get('out.wasm');
  if (error !== null || !(compiled instanceof Uint8Array)) {
    throw new Error(`${name}.as does not compile:\n${stderr.toString()}`, { cause: error });
  }
  return compiled;
}

/** The compiler asks for `.ts`, and tries several places for one import: null where there is no such source. */
function readSource(path: string): string | null {
  const file = join(HERE, 'assembly', path.replace(/\.ts$/, '.as'));
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

if (import.meta.main) {
  for (const name of KERNEL_SOURCES) {
    const compiled = await compileKernels(name);
    const text = Buffer.from(compiled).toString('base64');
    writeFileSync(
      join(HERE, 'generated', `${name}.ts`),
      `/** Compiled from assembly/${name}.as by build-kernels.ts. */\nexport const moduleBase64 =\n  '${text}';\n`,
    );
    process.stdout.write(`${name}: ${compiled.length} bytes\n`);
  }
}
