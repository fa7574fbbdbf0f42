import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex, hashText } from './hash-index.ts';

describe('hashText', () => {
  it('is the beginning of the SHA-256, whose vector for "abc" FIPS 180-2 gives', () => {
    // ba7816bf 8f01cfea 414140de 5dae2223, by bytes of little-endian words.
    expect([...hashText('abc')]).toEqual([0xbf1678ba, 0xeacf018f, 0xde404141, 0x2322ae5d]);
  });
});

describe('a hash index', () => {
  it('keeps the first value of a text, as a Map would, also after it was saved and loaded', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }), fc.nat(60), (texts, cut) => {
        const [index, known] = [new HashIndex(), new Map<string, number>()];
        for (const [value, text] of texts.entries()) {
          expect(index.add(hashText(text), value)).toBe(known.get(text));
          if (!known.has(text)) known.set(text, value);
        }
        const from = Math.min(cut, index.size);
        const copy = new HashIndex();
        const saved = [index.save(0).subarray(0, 0), index.save(from), index.save(0)];
        // As the bytes of a file may lie: within others, where no word begins.
        for (const bytes of saved) copy.load(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1));
        for (const [text, value] of known) expect(copy.find(hashText(text))).toBe(value);
        expect([copy.size, index.size]).toEqual([known.size, known.size]);
      }),
    );
  });

  it('holds more than it began with', () => {
    const index = new HashIndex();
    for (let i = 0; i < 5000; i++) index.add(hashText(`name ${i}`), 2 ** 32 - 1 - i);
    expect([index.size, index.find(hashText('name 4999')), index.find(hashText('name 5000'))]).toEqual([
      5000,
      2 ** 32 - 5000,
      undefined,
    ]);
  });
});
