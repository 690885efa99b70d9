import { createRequire } from 'node:module';

/** Where the packaged `openapi.yaml` is. Asked of the package's own exports, so that source, `dist` and an installed copy all find it. */
export function defaultContractPath(): string {
  return createRequire(import.meta.url).resolve('gateproof/spec/openapi.yaml');
}
