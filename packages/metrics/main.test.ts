import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(lines: readonly string[], ...options: string[]) {
  const file = join(folder, 'predictions.jsonl');
  writeFileSync(file, lines.join('\n'));
  return runFile(file, ...options);
}

function runFile(file: string, ...options: string[]) {
  const args = [join(import.meta.dirname, 'main.ts'), ...options, file];
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 15_000 });
}

const GOOD = [
  '{"item":"a","class":"nut","label":0,"score":0.1}',
  '{"item":"b","class":"nut","label":0,"score":0.7}',
  '{"item":"c","class":"nut","label":1,"score":0.6}',
  '{"item":"d","class":"nut","label":1,"score":0.9}',
  '',
  '{"item":"e","class":"nut","label":1,"outcome":"REFUSED"}',
];

describe('npm run metrics', () => {
  it('judges lines by the clean protocol: 3 of 4 pairs in order', () => {
    const { status, stdout } = run(GOOD, '--protocol', 'clean', '--resamples', '0');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.pooled).toMatchObject({ auroc: 0.75, acc: 0.75, items: 5, missing: 1, coverage: 0.8 });
    expect(report.classes.nut.auroc).toBe(0.75);
    expect(report.macro.auroc).toBe(0.75);
    expect(report.pooled.auprTrapezoid).toBeUndefined();
  });

  it('gives the trapezoid only when asked', () => {
    const { stdout } = run(GOOD, '--protocol', 'clean', '--resamples', '0', '--trapezoid');
    // Points (0, 1), (½, 1), (½, ½), (1, ⅔), (1, ½): ½ + ½ · (½ + ⅔) / 2.
    expect(JSON.parse(stdout).pooled.auprTrapezoid).toBeCloseTo(0.5 + 7 / 24, 12);
  });

  it('reports bad lines with number and reason, judges nothing, and ends with 1', () => {
    const { status, stdout, stderr } = run(
      [
        ...GOOD,
        'nonsense',
        '{"item":"f","class":"nut","label":2,"score":1}',
        '{"item":"g","class":"nut","label":1}',
        '{"item":"h","class":"nut","label":1,"score":"high"}',
        '{"item":"a","class":"nut","label":0,"score":0.2}',
        '{"item":"i","class":"nut","label":0,"score":1,"outcome":"LOST"}',
        '{"class":"nut","label":0,"score":1}',
        '[]',
      ],
      '--protocol',
      'paper',
    );
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^line 7: not JSON/m);
    expect(stderr).toContain('line 8: label must be 0 (normal) or 1 (anomalous), not 2\n');
    expect(stderr).toContain('line 9: score must be a finite number, not absent\n');
    expect(stderr).toContain('line 10: score must be a finite number, not "high"\n');
    expect(stderr).toContain('line 11: item "a" of class "nut" is already on line 1\n');
    expect(stderr).toContain('line 12: outcome must be one of');
    expect(stderr).toContain('line 13: item must be a string\n');
    expect(stderr).toContain('line 14: not a JSON object\n');
    expect(stderr).toContain('8 bad lines');
  });

  it('says how it is used, and what is wrong with a call', () => {
    expect(run([], '--help').stdout).toContain('--protocol paper');
    expect(run(GOOD)).toMatchObject({
      status: 1,
      stderr: '--protocol must be paper or clean. See --help.\n',
    });
    expect(run(GOOD, '--protocol', 'clean', '--threshold', 'x')).toMatchObject({ status: 1 });
    expect(run([], '--protocol', 'clean').stderr).toContain('has no predictions');
    const absent = runFile('/nowhere/x', '--protocol', 'clean');
    expect(absent.status).toBe(1);
    expect(absent.stderr).toContain('ENOENT');
  });
});
