import { expect, it } from 'vitest';
import { countTests } from './count-tests.ts';

it('adds up the closing lines of several runs, and nothing else', () => {
  const output = [
    ' ✓ packages/x.test.ts (14 tests) 3 passed',
    '      Tests  3 failed | 512 passed | 2 skipped (517)',
    ' Test Files  1 passed (1)',
    '      Tests  8 passed (8)',
  ].join('\n');
  expect(countTests(output)).toEqual({ passed: 520, failed: 3, skipped: 2 });
});
