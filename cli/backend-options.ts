import type { Command } from 'commander';
import { httpUrl, integer, number } from './values.ts';

/** Options of commands that a backend is given to, as parsed. */
export interface BackendOptions {
  readonly start?: string;
  readonly startTimeout?: number;
  readonly idpPort?: number;
  readonly idpToken?: string;
  readonly contract?: string;
}

/** Which backend, who issues its tokens, and the document it keeps to. */
export function withBackend(command: Command): Command {
  return command
    .argument('[url]', 'base URL of the backend; with --start: its port and path prefix', httpUrl)
    .option(
      '--start <command>',
      'start the backend with this shell command, with HOST and PORT in its environment',
    )
    .option('--start-timeout <seconds>', 'how long it may take to become ready (default: 30)', number(0.1))
    .option('--idp-port <port>', 'port of the mock identity provider to start', integer(0, 65_535))
    .option('--idp-token <token>', 'control token of the mock identity provider')
    .option('--contract <path or url>', 'OpenAPI document of the API (default: the contract of gateproof)');
}
