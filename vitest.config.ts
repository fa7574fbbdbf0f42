import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { createHangReporter } from './test/support/hang-reporter.ts';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  // The file that Node itself takes; the bundler's choice would be a second copy beside Apollo's.
  resolve: { alias: { graphql: createRequire(import.meta.url).resolve('graphql') } },
  test: {
    // Those of the deployment need SST's platform: `npm run check:deploy`.
    exclude: ['**/node_modules/**', 'test/infra/**'],
    include: ['packages/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
    // One more than CI has cores: the longest tests wait for services, pauses and leases half of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The longest file takes two minutes where nothing else runs, and four on a cloud that makes faults.
    reporters: ['default', createHangReporter(900_000)],
  },
});
