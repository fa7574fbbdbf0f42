import { afterEach, describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { locateFixture, readFixture } from '../fixtures/read-fixture.ts';
import { type Child, startChild } from './child.ts';
import { type Converter, createConverter } from './converter.ts';
import { behaviours } from './testing/misbehaving-process.ts';

const STAND_IN = new URL('./testing/misbehaving-process.ts', import.meta.url).href;
const MEGABYTE = 2 ** 20;

const converters: Converter[] = [];
const children: Child[] = [];

/** A converter whose processes behave as the first byte of a file says. */
function createStandIn(env: Record<string, string> = {}): Converter {
  return keep(
    createConverter({ env }, async () => {
      const child = startChild(STAND_IN, env);
      children.push(child);
      return child;
    }),
  );
}

function keep(converter: Converter): Converter {
  converters.push(converter);
  return converter;
}

function file(behaviour: (typeof behaviours)[number]): Uint8Array {
  return Uint8Array.of(behaviours.indexOf(behaviour));
}

afterEach(() => {
  for (const converter of converters.splice(0)) converter.stop();
  children.length = 0;
});

describe('a process that misbehaves', () => {
  it.each(['ABORT', 'EXIT', 'SEGFAULT'] as const)('%s ends as CONVERSION_CRASHED', async (behaviour) => {
    const converter = createStandIn();
    await expect(converter.convert(file(behaviour))).rejects.toMatchObject({
      name: 'RejectedError',
      code: 'CONVERSION_CRASHED',
    });
    await expect(converter.convert(file('ANSWER'))).resolves.toMatchObject({ modality: 'IMAGE' });
  });

  it('is ended at its time limit, in native loops too', async () => {
    const converter = createStandIn();
    const began = performance.now();
    await expect(converter.convert(file('HANG'), {}, { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'CONVERSION_TIMEOUT',
      details: { timeoutMs: 500 },
    });
    // The limit, and a busy machine's time to start a process.
    expect(performance.now() - began).toBeLessThan(10_000);
    await expect.poll(() => children.some(({ alive }) => alive)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is ended at its memory limit', async () => {
    const converter = createStandIn();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, children[0]?.readResidentBytes() ?? 0);
    }, 5);
    const limits = { memoryMb: 300 };
    await expect(converter.convert(file('FILL_MEMORY'), {}, limits)).rejects.toMatchObject({
      code: 'CONVERSION_OUT_OF_MEMORY',
    });
    clearInterval(watch);
    // What it fills between two looks at it, on a busy machine.
    expect(most).toBeLessThan(2000 * MEGABYTE);
  });

  it.runIf(process.platform === 'linux')('that fills the heap is out of memory as well', async () => {
    await expect(createStandIn().convert(file('FILL_HEAP'), {}, { memoryMb: 400 })).rejects.toMatchObject({
      code: 'CONVERSION_OUT_OF_MEMORY',
    });
  });

  it('is asked once more in a new process when an earlier file may have harmed the first', async () => {
    const converter = createStandIn();
    await converter.convert(file('ANSWER'));
    await expect(converter.convert(file('ABORT'))).rejects.toMatchObject({ code: 'CONVERSION_CRASHED' });
    expect(children).toHaveLength(2);
  });

  it('that somebody else ends is no fault of the file', async () => {
    const converter = createStandIn();
    const conversion = converter.convert(file('HANG'));
    await expect.poll(() => children[0]?.readResidentBytes() ?? 1).toBeGreaterThan(0);
    setTimeout(() => children[0]?.kill(), 300);
    await expect(conversion).rejects.toThrow(/lost/);
  });

  it('sees no environment but its own', async () => {
    const { notes } = await createStandIn({ LOUPE_SEEN: 'yes' }).convert(file('ANSWER'));
    expect(notes).toContain('LOUPE_SEEN');
    expect(notes).not.toContain('PATH');
  });
});

describe('conversions in a process', () => {
  it('are those of convert', async () => {
    const converter = keep(createConverter());
    const bytes = readFixture('candle.jpg');
    const [inside, outside] = await Promise.all([convert(bytes), converter.convert(bytes)]);
    expect(outside).toEqual(inside);
  });

  it('take a file by its place', async () => {
    const [inside, outside] = await Promise.all([
      convert(readFixture('palette.png')),
      keep(createConverter()).convert({ path: locateFixture('palette.png') }),
    ]);
    expect(outside).toEqual(inside);
  });

  it('keep the reason of a refusal', async () => {
    await expect(
      keep(createConverter()).convert(readFixture('candle.jpg').subarray(0, 2000)),
    ).rejects.toMatchObject({ name: 'RejectedError', code: 'CORRUPT_IMAGE' });
  });

  it('take options out of range for a mistake of the caller', async () => {
    await expect(
      keep(createConverter()).convert(readFixture('palette.png'), { longSidePx: 1 }),
    ).rejects.toThrow(RangeError);
  });

  it('run beside each other', async () => {
    const converter = keep(createConverter());
    const files = [readFixture('candle.jpg'), readFixture('palette.png'), readFixture('rgb24.bmp')];
    const found = await Promise.all(files.map((bytes) => converter.convert(bytes)));
    expect(found.map(({ mediaType }) => mediaType)).toEqual(['image/jpeg', 'image/png', 'image/bmp']);
  });

  it('use one process for many files', async () => {
    const started: Child[] = [];
    const { entryUrl } = await import('./conversion-process.ts');
    const converter = keep(
      createConverter({}, async () => {
        const child = startChild(entryUrl, {});
        started.push(child);
        return child;
      }),
    );
    await converter.warm();
    for (let i = 0; i < 3; i++) await converter.convert(readFixture('palette.png'));
    expect(started.map(({ uses }) => uses)).toEqual([3]);
  });
});
