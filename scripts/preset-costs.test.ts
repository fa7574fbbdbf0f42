import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./preset-costs.ts', import.meta.url));

it('prints a row for every preset, whose parts add up', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--model', 'gpt-4.1'], {
    timeout: 60_000,
  });
  const rows = stdout.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const read = (name: string) =>
    Number(rows.find(([, first]) => first === name)?.[3]?.replace(',', '') ?? Number.NaN);

  // A reference is a second picture: of four kinds, in the guide's tiles of 170 and 85 each.
  // 1404 × 1070 and 1284 × 1168 are four tiles, 576 × 768 four, 640 × 640 four.
  expect(Math.abs(read('REFERENCE') - read('NAIVE') - (4 * 170 + 85))).toBeLessThan(90);
  for (const preset of ['CLASS', 'RULES', 'CLASS_REFERENCE', 'FULL', 'LOGICAL', 'TEMPORAL', 'MARKS']) {
    expect(read(preset)).toBeGreaterThan(read('NAIVE'));
  }
  // BLEND asks DIRECT and REFUTE.
  expect(read('FULL, BLEND')).toBeCloseTo(read('FULL') + read('FULL, REFUTE'), -1);
}, 60_000);
