/** `unknown`: nothing was given that could be judged. It is no error, and it is never shown as fine. */
export type Severity = 'error' | 'warning' | 'unknown' | 'ok';

/** One thing that was looked at, and what came of it. Holds no secret and no token. */
export interface Diagnosis {
  /** Stable name, e.g. `jwks-eddsa-only`. */
  readonly id: string;
  readonly severity: Severity;
  /** What was seen, and where: the setting and its source. */
  readonly cause: string;
  /** What to do; absent where nothing is to be done. */
  readonly remedy?: string;
}

export function error(id: string, cause: string, remedy: string): Diagnosis {
  return { id, severity: 'error', cause, remedy };
}

export function warning(id: string, cause: string, remedy: string): Diagnosis {
  return { id, severity: 'warning', cause, remedy };
}

export function unknown(id: string, cause: string, remedy: string): Diagnosis {
  return { id, severity: 'unknown', cause, remedy };
}

export function ok(id: string, cause: string): Diagnosis {
  return { id, severity: 'ok', cause };
}
