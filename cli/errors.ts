/** Wrong usage or configuration. */
const USAGE = 2;
/** No verdict, or a fault of our own. */
const NO_VERDICT = 3;

/** What a person or a script did that cannot work; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** By name, since their modules are loaded only by the commands that need them. */
const EXPECTED = new Set([
  'UsageError',
  'SelectionError',
  'BaselineError',
  'ConfigError',
  'ContractError',
  'DatabaseError',
  'SettingsError',
  'StartError',
  'MockIdpError',
]);

/** What to print for an error and how to exit. A stack is shown to nobody but who asks for it. */
export function explain(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof Interrupted) return { message: 'gateproof: interrupted', exitCode: 130 };
  if (error instanceof Error && EXPECTED.has(error.name)) {
    return { message: `gateproof: ${error.message}`, exitCode: USAGE };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const details = process.env['GATEPROOF_DEBUG'] ? `\n${stack ?? ''}` : ' GATEPROOF_DEBUG=1 shows where.';
  return {
    message: `gateproof: ${message}\nThis is a fault of gateproof, not of your backend.${details}`,
    exitCode: NO_VERDICT,
  };
}
