import { defineConfig } from 'vitest/config';

/** A project whose tests are the checks of the suite. */
export default defineConfig({ test: { root: import.meta.dirname, include: ['*.fixture.ts'] } });
