import { createRequire } from 'node:module';

// Not imported as JSON: the compiler would copy package.json into dist, where Node takes it for that of the package.
const { version: current } = createRequire(import.meta.url)('gateproof/package.json') as { version: string };

/** The version of gateproof that made a report. */
export const version: string = current;

/** What a report calls the contract of the package. */
export const PACKAGED_CONTRACT = 'gateproof/spec/openapi.yaml';
