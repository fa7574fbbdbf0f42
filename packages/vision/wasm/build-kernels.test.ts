import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileKernels, KERNEL_SOURCES } from './build-kernels.ts';

describe('generated kernels', () => {
  it('are built from every source', () => {
    const files = readdirSync(join(import.meta.dirname, 'assembly'), { withFileTypes: true });
    const sources = files.filter((file) => file.isFile()).map(({ name }) => name.replace('.as', ''));
    expect(sources.sort()).toEqual([...KERNEL_SOURCES].sort());
  });

  it.each(KERNEL_SOURCES)('%s: a rebuild gives the committed bytes', async (name) => {
    const { moduleBase64 } = (await import(`./generated/${name}.ts`)) as { moduleBase64: string };
    expect(Buffer.from(await compileKernels(name)).toString('base64')).toBe(moduleBase64);
  });
});
