import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { createHangReporter } from './test/support/hang-reporter.ts';

export default defineConfig({
  // The file that Node itself takes; the bundler's choice would be a second copy beside Apollo's.
  resolve: { alias: { graphql: createRequire(import.meta.url).resolve('graphql') } },
  test: {
    // Those of the deployment need SST's platform: `npm run check:deploy`.
    exclude: ['**/node_modules/**', 'test/infra/**'],
    include: ['packages/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
    maxWorkers: 2,
    testTimeout: 20_000,
    // The longest file takes a minute and a half where nothing else runs.
    reporters: ['default', createHangReporter(420_000)],
  },
});
