import { defineConfig } from 'vitest/config';

/** Backends in other languages: what they need may be missing, and installing it takes a while. */
export default defineConfig({
  test: {
    include: ['conformance/implementations/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
