import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{spec,mock-idp,verifier,conformance,load,cli}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'conformance/implementations/**', 'cli/package.test.ts'],
    // Fixed waits are not allowed in tests; this is the last line of defence against a hang.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
