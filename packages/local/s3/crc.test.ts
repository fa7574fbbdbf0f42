import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CRC32, createCrc } from './crc.ts';

test("the tables give zlib's CRC32 of any bytes, cut and aligned anyhow", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), fc.nat(7), (bytes, cut, offset) => {
      const shifted = new Uint8Array(offset + bytes.length);
      shifted.set(bytes, offset);
      const crc = createCrc(CRC32);
      crc.update(shifted.subarray(offset, offset + cut));
      crc.update(shifted.subarray(offset + cut));
      expect(crc.digest().readUInt32BE()).toBe(crc32(bytes));
    }),
  );
});
