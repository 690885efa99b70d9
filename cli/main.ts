import { Command, CommanderError } from 'commander';
import { version } from '../conformance/index.ts';
import { apiCommand } from './api.ts';
import { demoCommand } from './demo.ts';
import { explain } from './errors.ts';
import { idpCommand } from './idp.ts';
import { testCommand } from './test.ts';
import { tokenCommand } from './token.ts';

const program = new Command('gateproof')
  .description('Proves that the token gate of an API holds.')
  .version(version)
  .showHelpAfterError('(gateproof --help shows what there is)')
  .exitOverride();
for (const addCommand of [demoCommand, testCommand, idpCommand, apiCommand, tokenCommand])
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
    process.exitCode = exitCode;
  }
}
