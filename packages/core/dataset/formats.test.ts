import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD_LINE_ADVICE, type Fault } from './bad-lines.ts';
import { parseCsvLine } from './csv-line.ts';
import type { ImportFormat } from './entity.ts';
import type { ParsedItem } from './formats.ts';
import { readEntries } from './read-entries.ts';

const fixture = (path: string) =>
  readFileSync(new URL(`../../../test/fixtures/${path}`, import.meta.url), 'utf8');

/** Reads a manifest that comes in pieces of `pieceBytes`. */
async function readManifest(format: ImportFormat, text: string, pieceBytes = 7) {
  const bytes = Buffer.from(text);
  const items: (ParsedItem & { readonly line: number })[] = [];
  const badLines: (Fault & { readonly line: number })[] = [];
  const open = async function* (offset: number) {
    for (let at = offset; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
  for await (const { line, read } of readEntries(format, open)) {
    if (read === undefined) continue;
    if ('file' in read) items.push({ ...read, line });
    else badLines.push({ ...read, line });
  }
  return { items, badLines };
}

describe('readEntries', () => {
  it("reads the paper's list: 1,725 items in 15 classes, 467 of them normal, each with its reference", async () => {
    const { items, badLines } = await readManifest(
      'PAPER_LIST',
      fixture('evaluation/vlm_for_ad_dataset.json'),
    );
    expect(badLines).toEqual([]);
    expect(items).toHaveLength(1725);
    expect(items.filter(({ anomalous }) => !anomalous)).toHaveLength(467);
    expect(new Set(items.map((item) => item.class)).size).toBe(15);
    // As counted in arXiv 2403.11083's list: 15 pictures are compared with themselves.
    expect(items.filter(({ file, referenceFiles }) => referenceFiles?.includes(file))).toHaveLength(15);
  });

  it('reads the manifest of Lookout for Vision with its masks', async () => {
    const { items, badLines } = await readManifest('GROUND_TRUTH', fixture('images/cookie/lookout.manifest'));
    expect(badLines).toEqual([]);
    expect(items.length).toBeGreaterThan(5);
    expect(items.some(({ anomalous }) => anomalous)).toBe(true);
    expect(items.every(({ anomalous, maskFile }) => anomalous === (maskFile !== undefined))).toBe(true);
  });

  it('reads the folders of MVTec AD, LOCO and 3D-AD, and passes over masks and depth', async () => {
    const paths = [
      'mvtec/bottle/test/broken_large/000.png',
      'mvtec/bottle/test/good/001.png',
      'mvtec/bottle/ground_truth/broken_large/000_mask.png',
      'mvtec/bottle/license.txt',
      'loco/juice_bottle/validation/good/002.png',
      'loco/juice_bottle/test/logical_anomalies/003.png',
      'loco/juice_bottle/ground_truth/logical_anomalies/003/001.png',
      'loco/juice_bottle/ground_truth/logical_anomalies/003/000.png',
      '3d/bagel/test/crack/rgb/004.png',
      '3d/bagel/test/crack/xyz/004.tiff',
      '3d/bagel/test/crack/gt/004.png',
      'nonsense.png',
    ];
    const { items, badLines } = await readManifest('MVTEC_PATHS', paths.join('\n'));
    expect(items.map(({ item, anomalous, split }) => [item, anomalous, split])).toEqual([
      ['bottle/test/broken_large/000', true, 'test'],
      ['bottle/test/good/001', false, 'test'],
      ['juice_bottle/validation/good/002', false, 'validation'],
      ['juice_bottle/test/logical_anomalies/003', true, 'test'],
      ['bagel/test/crack/004', true, 'test'],
    ]);
    expect(items[0]?.maskFile).toBe('mvtec/bottle/ground_truth/broken_large/000_mask.png');
    expect(items[4]?.maskFile).toBe('3d/bagel/test/crack/gt/004.png');
    expect(items[3]).toMatchObject({
      maskFile: 'loco/juice_bottle/ground_truth/logical_anomalies/003/000.png',
      furtherMaskFiles: ['loco/juice_bottle/ground_truth/logical_anomalies/003/001.png'],
    });
    expect(badLines).toEqual([
      { line: 12, code: 'PATH_UNKNOWN', reason: 'not of the form class/split/defect/name.ext' },
    ]);
  });

  it("reads VisA's split file", async () => {
    const { items, badLines } = await readManifest(
      'VISA_CSV',
      [
        'object,split,label,image,mask',
        'candle,train,normal,candle/Data/Images/Normal/0000.JPG,',
        'candle,test,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png',
        'candle,test,odd,x.JPG,',
        'candle,test',
      ].join('\r\n'),
    );
    expect(items).toMatchObject([
      { class: 'candle', split: 'train', anomalous: false, maskFile: undefined },
      { class: 'candle', split: 'test', anomalous: true, maskFile: 'candle/Data/Masks/Anomaly/000.png' },
    ]);
    expect(badLines).toEqual([
      { line: 4, code: 'LABEL_INVALID', field: 'label', reason: 'label must be normal or anomaly, not odd' },
      { line: 5, code: 'FIELD_COUNT', reason: '2 fields where the header has 5' },
    ]);
  });

  it("reads NAB's windows: a file without one is normal", async () => {
    const { items, badLines } = await readManifest(
      'NAB_WINDOWS',
      JSON.stringify({
        'realAdExchange/a.csv': [['2011-07-14 10:15:01', '2011-07-15 10:15:01']],
        'artificialNoAnomaly/b.csv': [],
        'c.csv': [['2011']],
      }),
    );
    expect(items.map(({ file, class: name, anomalous }) => [file, name, anomalous])).toEqual([
      ['realAdExchange/a.csv', 'realAdExchange', true],
      ['artificialNoAnomaly/b.csv', 'artificialNoAnomaly', false],
    ]);
    expect(badLines).toEqual([
      { line: 3, code: 'WINDOWS_INVALID', field: 'windows', reason: 'windows must be pairs of times' },
    ]);
  });

  it('reads our own lines, as JSON or CSV alike', async () => {
    const json = await readManifest(
      'JSONL',
      '{"item":"a","sampleId":"smp_1","class":"nut","label":1,"defectType":"bent","references":["r","s"]}\n\nnope\n{"sampleId":"x","class":"","label":0}\n{"sampleId":"x","class":"nut","label":"yes"}',
    );
    const csv = await readManifest(
      'CSV',
      'item,sampleId,class,label,defectType,references\na,smp_1,nut,1,bent,r|s\n',
    );
    expect(json.items).toEqual(csv.items.map((item) => ({ ...item, line: 1 })));
    expect(json.badLines.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  it('goes on after any entry as if it had begun at the beginning', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => `piece ${i},smp_${i},nüsse,${i % 2}`);
    const manifests: readonly (readonly [ImportFormat, string])[] = [
      ['CSV', ['', 'item,sampleId,class,label', ...rows.slice(0, 4), ' ', ...rows.slice(4)].join('\r\n')],
      ['JSONL', rows.map((item) => JSON.stringify({ item, sampleId: 'x', class: 'ü', label: 1 })).join('\n')],
      ['PAPER_LIST', JSON.stringify([{}, 1, { object_type: 'a', defect_img_path: 'b', label: 1 }])],
    ];
    for (const [format, text] of manifests) {
      const bytes = Buffer.from(text);
      const open = async function* (offset: number) {
        yield bytes.subarray(offset, offset + 5);
        yield bytes.subarray(offset + 5);
      };
      const all = await Array.fromAsync(readEntries(format, open));
      expect(all.length).toBe(format === 'PAPER_LIST' ? 3 : 9);
      for (const [i, { line, end }] of all.entries()) {
        const rest = await Array.fromAsync(readEntries(format, open, { line, offset: end }));
        expect(rest).toEqual(all.slice(i + 1));
      }
    }
  });

  it("puts all of a picture's masks in order, however many there are", async () => {
    const name = (i: number) => `${i}`.padStart(6, '0');
    const masks = Array.from({ length: 40_000 }, (_, i) => `can/ground_truth/dent/003/${name(i)}.png`);
    const lines = [...masks.toReversed(), 'can/test/dent/003.png'].join('\n');
    const { items } = await readManifest('MVTEC_PATHS', lines, 65_536);
    expect(items.map(({ maskFile, furtherMaskFiles = [] }) => [maskFile, ...furtherMaskFiles])).toEqual([
      masks,
    ]);
  });

  it('passes over a line that is too long, and reads the next', async () => {
    const good = '{"sampleId":"s","class":"nut","label":0}';
    const long = `{"item":"${'x'.repeat(70_000)}","sampleId":"s","class":"nut","label":0}`;
    const { items, badLines } = await readManifest('JSONL', [good, long, good].join('\n'), 9000);
    expect(items.map(({ line }) => line)).toEqual([1, 3]);
    expect(badLines).toEqual([{ line: 2, code: 'LINE_TOO_LONG', reason: 'more than 65536 bytes' }]);
    // Its boxes alone may fill a line.
    expect(BAD_LINE_ADVICE.LINE_TOO_LONG).toMatch(/65536 bytes.*mask/);
  });

  it('gives an item or a reason for whatever it is given', async () => {
    const formats: ImportFormat[] = [
      'CSV',
      'GROUND_TRUTH',
      'JSONL',
      'MVTEC_PATHS',
      'NAB_WINDOWS',
      'PAPER_LIST',
      'VISA_CSV',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...formats),
        fc.oneof(fc.string(), fc.json()),
        async (format, text) => {
          const { items, badLines } = await readManifest(format, text);
          for (const { item, class: name } of items) expect(item && name).toBeTruthy();
          for (const { reason } of badLines) expect(reason).not.toBe('');
        },
      ),
    );
  });
});

describe('parseCsvLine', () => {
  it('keeps commas and doubled quotes of quoted fields', () => {
    expect(parseCsvLine('a,"b,""c""",,d')).toEqual(['a', 'b,"c"', '', 'd']);
    expect(parseCsvLine('')).toEqual(['']);
    expect(parseCsvLine('a,')).toEqual(['a', '']);
  });
});
