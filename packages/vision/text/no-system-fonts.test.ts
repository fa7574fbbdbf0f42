import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = join(import.meta.dirname, 'testing', 'draw-labelled.ts');

interface Drawn {
  readonly axis: { readonly ink: number; readonly checksum: number };
  readonly marks: { readonly ink: number; readonly checksum: number };
}

async function draw(environment: Readonly<Record<string, string>>): Promise<Drawn> {
  const options = { env: { PATH: '/usr/bin:/bin', ...environment } };
  const args = ['--disable-warning=ExperimentalWarning', program];
  return JSON.parse((await promisify(execFile)(process.execPath, args, options)).stdout);
}

it('axes and numbers are the same, and legible, where the machine has no fonts, as on Lambda', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'loupe-no-fonts-'));
  try {
    // Fontconfig, through which librsvg and Pango find fonts, sees a folder with neither settings nor fonts.
    const bare = await draw({
      HOME: empty,
      FONTCONFIG_PATH: empty,
      FONTCONFIG_FILE: join(empty, 'none.conf'),
      XDG_DATA_HOME: empty,
      XDG_DATA_DIRS: empty,
    });
    // A dozen figures of some 30 px each; the number 1, white with a black outline, 24 px high.
    expect(bare.axis.ink).toBeGreaterThan(300);
    expect(bare.marks.ink).toBeGreaterThan(80);
    expect(bare).toEqual(await draw({}));
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}, 60_000);
