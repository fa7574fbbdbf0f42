import { describe, expect, it } from 'vitest';
import { convert } from './convert.ts';
import { giveBack } from './give-back.ts';
import { makePly } from './point-cloud/testing/make-ply.ts';

function makeFile(): Uint8Array<ArrayBuffer> {
  const columns = (['x', 'y', 'z'] as const).map((name, axis) => ({
    name,
    type: 'float' as const,
    values: Array.from({ length: 400 }, (_, index) => Math.sin(index * (axis + 1))),
  }));
  return makePly('binary_little_endian', columns);
}

describe('giving memory back', () => {
  it('empties an array', () => {
    const array = new Float32Array(100);
    giveBack(array);
    expect(array).toHaveLength(0);
  });

  it('leaves a part of a larger buffer alone', () => {
    const whole = new Uint8Array(100).fill(7);
    giveBack(whole.subarray(10));
    expect(whole).toEqual(new Uint8Array(100).fill(7));
  });
});

describe('a cloud', () => {
  it('has the same views when its file is given back on the way', async () => {
    const bytes = makeFile();
    const pointCloud = { views: [{ camera: 'auto', style: 'HILLSHADE' } as const] };
    const kept = await convert(makeFile(), { pointCloud });
    expect(await convert(bytes, { pointCloud, ownsBytes: true })).toEqual(kept);
    expect(bytes).toHaveLength(0);
  });

  it('keeps its file for a caller that does not say so', async () => {
    const bytes = makeFile();
    await convert(bytes);
    expect(bytes).toEqual(makeFile());
  });
});
