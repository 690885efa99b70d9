import type { Command } from 'commander';
import { withBackend } from './backend-options.ts';
import { FORMATS, reportFile } from './report-option.ts';
import { withGate } from './gate-options.ts';
import type { TestOptions } from './test-options.ts';
import { withSelection } from './selection-options.ts';
import { withSettings } from './suite-settings.ts';
import { number, onlyHttpUrl } from './values.ts';

// Single quotes around $PORT: the shell of the suite must expand it, not the user's.
const EXAMPLES = `
Examples:
  gateproof test --start "npm start"
  gateproof test --start 'uvicorn main:app --port $PORT' --contract openapi.yaml --report junit=report.xml
  gateproof test http://127.0.0.1:8000 --idp http://127.0.0.1:4000 --area claims --area jwks

Exit codes: 0 all MUSTs hold; 1 the backend falls short; 2 wrong usage; 3 the run is no verdict.`;

/** `test`: the suite against a backend in any language. */
export function testCommand(program: Command): void {
  const command = program.command('test').description('run the suite against a backend');
  withBackend(command)
    .option(
      '--config <file>',
      'what the document cannot say; options hold over it (default: gateproof.config.ts, .mts, .js, .mjs or .json)',
    )
    .option('--idp <url>', 'use a mock identity provider that runs already', onlyHttpUrl)
    .option(
      '--database <url>',
      'PostgreSQL of the backend, to see there what its requests lead to; the password may come from PGPASSWORD',
    )
    .option('--user <sub>', 'sub of the user who owns the resources (default: user-123)')
    .option('--other-user <sub>', 'sub of another user (default: user-456)')
    .option('--cache-ttl <seconds>', 'JWKS_CACHE_TTL of a backend that runs already', number(0))
    .option('--cooldown <seconds>', 'JWKS_COOLDOWN of a backend that runs already', number(0))
    .option('--report <format>=<path>', `also write a report: ${FORMATS.join(', ')}; repeatable`, reportFile);
  withSettings(withGate(withSelection(command)))
    .addHelpText('after', EXAMPLES)
    .action(async (url: string | undefined, options: TestOptions) => {
      const { runTest } = await import('./run-test.ts');
      await runTest(url, options);
    });
}
