import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { apiCommand } from './api.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { explain } from './errors.ts';
import { idpCheckCommand } from './idp-check.ts';
import { idpCommand } from './idp.ts';
import { initCommand } from './init.ts';
import { loadCommand } from './load.ts';
import { testCommand } from './test.ts';
import { tokenCommand } from './token.ts';

const { version } = createRequire(import.meta.url)('gateproof/package.json') as { version: string };
// A command loads what it needs when it runs: `api` is started many times in a run of the suite.
const program = new Command('gateproof')
  .description('Proves that the token gate of an API holds.')
  .version(version)
  .showHelpAfterError('(gateproof --help shows what there is)')
  .exitOverride();
for (const addCommand of [
  demoCommand,
  initCommand,
  testCommand,
  loadCommand,
  idpCommand,
  apiCommand,
  tokenCommand,
  doctorCommand,
  idpCheckCommand,
])
  addCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what is wrong; help and version come this way too.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { message, exitCode } = explain(error);
    console.error(message);
    // Checks that were given up may have time-outs running.
    process.exit(exitCode);
  }
}
