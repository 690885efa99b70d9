import { defineConfig } from 'vitest/config';

/** The package as it is published: building and installing it takes a while. */
export default defineConfig({
  test: {
    include: ['cli/package.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
