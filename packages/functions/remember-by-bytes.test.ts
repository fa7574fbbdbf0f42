import { expect, it, vi } from 'vitest';
import { rememberByBytes } from './remember-by-bytes.ts';

const picture = () => new Uint8Array([1, 2, 3]);

it('makes a thing of the same pictures once, in the same way', async () => {
  const remember = rememberByBytes<number>();
  const [one, other] = [picture(), picture()];
  const make = vi.fn(async () => make.mock.calls.length);

  expect(await remember([one], 'small', make)).toBe(1);
  expect(await remember([one], 'small', make)).toBe(1);
  expect(await remember([one], 'large', make)).toBe(2);
  expect(await remember([one, other], 'small', make)).toBe(3);
  expect(await remember([one, other], 'small', make)).toBe(3);
  expect(await remember([one, picture()], 'small', make)).toBe(4);
  expect(await remember([other], 'small', make)).toBe(5);
});

it('tries again what failed', async () => {
  const remember = rememberByBytes<string>();
  const one = picture();
  await expect(remember([one], '', () => Promise.reject(new Error('no masks')))).rejects.toThrow('no masks');
  expect(await remember([one], '', async () => 'masks')).toBe('masks');
});
