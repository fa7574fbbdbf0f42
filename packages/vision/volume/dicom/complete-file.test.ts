import { describe, expect, it } from 'vitest';
import { convert } from '../../convert.ts';
import { readVolume } from '../testing/read-fixture.ts';
import { completeFile, findMissingStart } from './complete-file.ts';

const PREAMBLE_BYTES = 132;

/** Where the data set begins: behind the group length (12 bytes) and as many bytes as it states. */
function findDataSet(bytes: Uint8Array): number {
  return PREAMBLE_BYTES + 12 + new DataView(bytes.buffer).getUint32(PREAMBLE_BYTES + 8, true);
}

describe('a DICOM file that lacks its start', () => {
  it.each([
    ['CT_small.dcm', '1.2.840.10008.1.2.1'],
    ['MR_small_implicit.dcm', '1.2.840.10008.1.2'],
  ])(
    '%s without preamble, or without meta information too, has the views of the whole',
    async (name, syntax) => {
      const whole = readVolume(name);
      const expected = await convert(whole);
      for (const [at, missing] of [
        [PREAMBLE_BYTES, 'PREAMBLE'],
        [findDataSet(whole), syntax],
      ] as const) {
        const rest = whole.slice(at);
        expect(findMissingStart(rest.subarray(0, 4096))).toBe(missing);
        expect(await convert(rest)).toEqual(expected);
      }
    },
  );

  it('is not seen in complete files, nor in zeros or text', () => {
    for (const bytes of [
      readVolume('CT_small.dcm'),
      new Uint8Array(300),
      Buffer.from('\b\0 is a backspace'),
      new Uint8Array(0),
    ]) {
      expect(findMissingStart(bytes)).toBeUndefined();
      expect(completeFile(bytes)).toBe(bytes);
    }
  });
});
