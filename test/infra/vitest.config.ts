import { defineConfig } from 'vitest/config';

/** Run by `npm run check:deploy`: these tests need SST's platform and the bundles, which that command makes. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    environment: 'node',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
