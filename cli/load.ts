import { type Command, Option } from 'commander';
import { withBackend } from './backend-options.ts';
import type { LoadCommandOptions } from './load-options.ts';
import { loadReportFile } from './load-report-option.ts';
import { httpUrls, integer, list, number, pairs } from './values.ts';

const EXAMPLES = `
Examples:
  gateproof load --start "npm start"
  gateproof load http://127.0.0.1:8000 --idp http://127.0.0.1:4000 --scenario steady --rate 200 --duration 60
  gateproof load --start "npm start" --scenario steady --threshold verification-p99=5 --report html=load.html
  gateproof load --compare before.json after.json

Exit codes: 0 all thresholds were kept; 1 the backend falls short; 2 wrong usage; 3 the run is no verdict.
k6 2.0 or later does the work: from K6_BIN, the PATH, or its Docker image. load/README.md says more.`;

/** `load`: k6 against a backend in any language. */
export function loadCommand(program: Command): void {
  const command = program
    .command('load')
    .description('put load on a backend with k6, while the issuer rotates and fails');
  withBackend(command)
    .option(
      '--config <file>',
      'that of gateproof test, with limits in its member load; options hold over it (default: gateproof.config.ts, .mts, .js, .mjs or .json)',
    )
    .option(
      '--idp <url>',
      'use a mock identity provider that runs already; repeatable, for several that serve the same keys',
      httpUrls,
    )
    .option('--path <path>', 'protected GET that any good token may call (default: from the contract)')
    .option(
      '--open-path <path>',
      'GET without a guard, to tell verification from the rest (default: from the contract)',
    )
    .option('--user <sub>', 'sub of the user whose tokens are sent (default: user-123)')
    .option(
      '--scenario <name>',
      'only these; repeatable, or separated by commas (default: all but soak and breakpoint)',
      list,
    )
    .option('--rate <per second>', 'iterations per second; for breakpoint the highest', integer(1))
    .option('--duration <seconds>', 'of each scenario', integer(4))
    .option(
      '--tokens <count>',
      'distinct good tokens (default: one per request, up to 20000)',
      integer(1, 1_000_000),
    )
    .option(
      '--instances <count>',
      'split the load among so many k6 processes and judge them as one',
      integer(1, 64),
    )
    .option('--threshold <name>=<limit>', 'another limit, or off; repeatable', pairs)
    .option('--cache-ttl <seconds>', 'JWKS_CACHE_TTL of a backend that runs already', number(0))
    .option('--cooldown <seconds>', 'JWKS_COOLDOWN of a backend that runs already', number(0))
    .option('--leeway <seconds>', 'leeway of the backend (default: 5)', number(0, 300))
    .option(
      '--replicas <count>',
      'processes of the backend, each with a key set of its own (default: 1)',
      integer(1),
    )
    .option('--allow-remote', 'put load on another machine than this one; only on what is yours')
    .option('--unbounded', 'allow more than 2000 per second or 15 minutes')
    .option(
      '--report <format>=<path>',
      'also write a report: json, markdown or html; repeatable',
      loadReportFile,
    )
    .addOption(
      new Option(
        '--merge <csv...>',
        'judge what k6 wrote on several machines, as one run of the scenario',
      ).conflicts(['start']),
    )
    .addOption(
      new Option('--compare <reports...>', 'compare two JSON reports instead').conflicts([
        'start',
        'scenario',
      ]),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (url: string | undefined, options: LoadCommandOptions) => {
      const { runLoadCommand } = await import('./run-load.ts');
      await runLoadCommand(url, options);
    });
}
