/** Why no answer came. `closed`: the connection ended before a whole answer; `protocol`: what came is not HTTP/1.x. */
export type TargetErrorCode = 'unreachable' | 'timeout' | 'closed' | 'protocol';

/** The target gave no answer. A check lets it pass through where silence is a failure, or catches it where silence will do. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly code: TargetErrorCode;

  constructor(code: TargetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
