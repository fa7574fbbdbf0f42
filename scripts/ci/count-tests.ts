export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Adds up vitest's closing lines, e.g. `Tests  3 failed | 512 passed (515)`, of all runs in the output. */
export function countTests(output: string): TestCounts {
  const lines = output.split('\n').filter((line) => /^ *Tests /.test(line));
  const sum = (word: string) =>
    lines.reduce((total, line) => total + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
