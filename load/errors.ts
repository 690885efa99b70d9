/** `k6_missing`, `limit` and `usage` are for the user to mend; `harness` is a run that went wrong before it could judge. */
export type LoadErrorCode = 'k6_missing' | 'usage' | 'limit' | 'harness';

/** Why no load was put on anything, or why what came of it is no verdict. The message says what to do. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly code: LoadErrorCode;

  constructor(code: LoadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
