import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { readAll, readVideo, withContainer } from '../testing/fixtures.ts';
import { openContainer } from './open-container.ts';

// Read when the decoder is imported.
vi.hoisted(() => {
  vi.stubEnv('LD_LIBRARY_PATH', '/var/lang/lib');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a secret');
});

const STAND_IN = new URL('./testing/misbehaving-process.ts', import.meta.url).href;
const clip = readVideo('made/numbered.mp4');

function open(behaviour: string, limits = {}) {
  return openContainer(
    clip,
    'video/mp4',
    { ...DEFAULT_LIMITS, ...limits },
    {
      program: STAND_IN,
      nodeOptions: [`--title=${behaviour}`],
    },
  );
}

/** Processes of the decoder's program that are running now. */
function countProcesses(): number {
  if (!existsSync('/proc')) return 0;
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--title=hang`);
    } catch {
      return false;
    }
  }).length;
}

describe('a decoder that misbehaves', () => {
  it.each(['abort', 'segfault', 'huge', 'nonsense', 'no-code', 'no-index', 'quit'])(
    'by %s ends as a refusal',
    async (behaviour) => {
      await expect(open(behaviour)).rejects.toMatchObject({
        name: 'RejectedError',
        code: 'CONVERSION_CRASHED',
      });
    },
  );

  it('by never ending is killed when its time is over', async () => {
    const began = performance.now();
    await expect(open('hang', { maxSeconds: 1 })).rejects.toMatchObject({ code: 'TOO_SLOW' });
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(countProcesses()).toBe(0);
  });

  it.runIf(process.platform === 'linux')('by taking all memory is stopped by the system', async () => {
    await expect(open('fill', { maxDecoderBytes: 2 ** 28 })).rejects.toMatchObject({
      code: 'CONVERSION_CRASHED',
    });
  });
});

describe('the decoder', () => {
  it.runIf(process.platform === 'linux')(
    'knows where libraries lie, as Node on Lambda must, and none of the other variables',
    async () => {
      const refusal: unknown = await open('environment').catch((error: unknown) => error);
      const names = String(refusal instanceof Error && refusal.message)
        .split('\0')
        .map((variable) => variable.split('=')[0])
        // The shell sets some of its own.
        .filter((name) => !['', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? ''));
      expect(names).toEqual(['LD_LIBRARY_PATH']);
    },
  );

  it('is asked for by name where it is not installed', async () => {
    const hook = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) {
      if (name.startsWith('node-av')) throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context); } });`;
    const opened = openContainer(clip, 'video/mp4', DEFAULT_LIMITS, {
      nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(hook)}`],
    });
    await expect(opened).rejects.toMatchObject({
      code: 'VIDEO_DECODER_MISSING',
      message: expect.stringContaining('npm install node-av'),
    });
  });

  it('stops when it takes more memory than it may', async () => {
    const limits = { ...DEFAULT_LIMITS, maxDecoderBytes: 40 * 2 ** 20 };
    const source = await openContainer(clip, 'video/mp4', limits);
    await expect(readAll(source, [0])).rejects.toMatchObject({ code: 'CONVERSION_OUT_OF_MEMORY' });
    await source.close();
  });

  it('leaves no file behind, read or not', async () => {
    const count = () => readdirSync(tmpdir()).filter((name) => name.startsWith('loupe-video-')).length;
    const before = count();
    await withContainer(clip, async (source) => {
      expect(count()).toBe(before);
      expect((await readAll(source, [3])).size).toBe(1);
    });
    await expect(open('abort')).rejects.toThrow();
    expect(count()).toBe(before);
  });

  it('works on when a caller stops reading half-way', async () => {
    await withContainer(clip, async (source) => {
      for await (const frame of source.readFrames([0, 50, 100], source.facts)) {
        expect(frame.index).toBe(0);
        break;
      }
    });
  });
});
