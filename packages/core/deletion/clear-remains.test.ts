import { expect, it } from 'vitest';
import { locateFrame, locateOriginal, locateSource, locateView } from '../sample/index.ts';
import { listPrefixes } from './clear-remains.ts';

it('frames kept of a video go with its file, whose pixels they have, and its views stay', () => {
  const prefixes = listPrefixes({ noun: 'file', id: 'smp_1', notBefore: 0 });
  const goes = (path: string) => prefixes.some((prefix) => path.startsWith(prefix));

  expect([locateOriginal('smp_1'), locateSource('smp_1'), locateFrame('smp_1', 7)].map(goes)).toEqual([
    true,
    true,
    true,
  ]);
  expect([locateView('smp_1', 0, 'image/png'), locateFrame('smp_10', 7)].map(goes)).toEqual([false, false]);
});
