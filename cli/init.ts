import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';

/** Where documents usually are. */
const DOCUMENTS = ['openapi', 'docs/openapi', 'api/openapi', 'spec/openapi'].flatMap((name) =>
  ['.yaml', '.yml', '.json'].map((extension) => name + extension),
);

/** `init`: a commented configuration for an API, from its OpenAPI document. Writes over nothing. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .description('write a commented gateproof.config for an API, from its OpenAPI document')
    .argument('[openapi]', 'path or URL of the document (default: openapi.yaml and other usual places)')
    .action(async (given: string | undefined) => {
      const { CONFIG_FILES, draftConfig } = await import('../conformance/index.ts');
      const { loadContract } = await import('../spec/index.ts');
      const present = CONFIG_FILES.find((file) => existsSync(file));
      if (present !== undefined) {
        throw new UsageError(`${present} is there already; change it, or move it away and run init again`);
      }
      const source = given ?? DOCUMENTS.find((file) => existsSync(file));
      if (source === undefined) {
        throw new UsageError(
          `there is no ${DOCUMENTS.slice(0, 3).join(', ')} here; name the document of your API:

  gateproof init path/to/openapi.yaml
  gateproof init http://127.0.0.1:8000/openapi.json      most frameworks serve it

Where there is none, write one by hand: one protected GET is enough to begin with.`,
        );
      }
      const contract = await loadContract(source);
      const file = `gateproof.config.${(await isModule()) ? 'ts' : 'mts'}`;
      await writeFile(file, draftConfig(contract, source), { flag: 'wx' });
      console.log(
        `${file} is written. Fill in what says TODO, look at what says GUESS, then run: gateproof test`,
      );
    });
}

/** Whether Node takes a file that ends in .ts for a module here, without a warning. */
async function isModule(): Promise<boolean> {
  try {
    const { type } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly type?: unknown };
    return type === 'module';
  } catch {
    return false;
  }
}
