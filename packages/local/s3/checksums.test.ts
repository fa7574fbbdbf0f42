import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChecksumAlgorithm, createDigest, joinChecksums, readChecksumHeader } from './checksums.ts';

function digestOf(algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]): Buffer {
  const digest = createDigest(algorithm);
  for (const piece of pieces) digest.update(piece);
  return digest.digest();
}

describe('checksums', () => {
  // CRCs: Cook, "Catalogue of parametrised CRC algorithms"; digests: FIPS 180 implementations of coreutils.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of "123456789" is its check value', (algorithm, expected) => {
    expect(digestOf(algorithm, Buffer.from('123456789')).toString('hex')).toBe(expected);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s does not depend on how the bytes are cut',
    (algorithm) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
          expect(digestOf(algorithm, bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(
            digestOf(algorithm, bytes),
          );
        }),
      );
    },
  );

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of parts combines to that of the whole',
    (algorithm) => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), (parts) => {
          const listed = parts.map((part) => ({
            checksum: digestOf(algorithm, part).toString('base64'),
            size: part.length,
          }));
          const { value } = joinChecksums(algorithm, 'FULL_OBJECT', listed);
          expect(value).toBe(digestOf(algorithm, ...parts).toString('base64'));
        }),
      );
    },
  );

  it('a composite checksum is the checksum of the checksums, with the number of parts', () => {
    const parts = ['a', 'b'].map((text) => digestOf('SHA256', Buffer.from(text)));
    const listed = parts.map((part) => ({ checksum: part.toString('base64'), size: 1 }));
    expect(joinChecksums('SHA256', 'COMPOSITE', listed).value).toBe(
      `${digestOf('SHA256', Buffer.concat(parts)).toString('base64')}-2`,
    );
  });

  it('refuses two checksum headers, a value of the wrong length, and an unknown algorithm', () => {
    const read = (entries: [string, string][]) => () => readChecksumHeader(new Map(entries));
    expect(read([['x-amz-checksum-crc32', 'y/Q5Jg==']])()).toEqual({ algorithm: 'CRC32', value: 'y/Q5Jg==' });
    expect(read([['x-amz-checksum-algorithm', 'CRC32']])()).toBeUndefined();
    expect(
      read([
        ['x-amz-checksum-crc32', 'y/Q5'],
        ['x-amz-checksum-sha1', 'a'],
      ]),
    ).toThrow(/single/);
    expect(read([['x-amz-checksum-crc32', 'y/Q5']])).toThrow(/invalid/);
    expect(read([['x-amz-checksum-md4', 'y/Q5']])).toThrow(/does not implement/);
  });
});
