import { pino } from 'pino';
import { startMockIdp } from '../../../mock-idp/index.ts';
import type { IssuerControl } from '../../../mock-idp/index.ts';
import { loadSettings, startApi } from '../index.ts';
import type { ApiOptions } from '../index.ts';

/** The reference API on a free port, with an issuer of its own. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly idp: IssuerControl;
  /** A good token of this user. */
  token(sub: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Everything that was logged so far, as one text. */
  log(): string;
}

export interface TestApiOptions extends Pick<ApiOptions, 'database' | 'drainMs'> {
  readonly env?: Readonly<Record<string, string>>;
  /** Runs before the API starts: set faults here. */
  readonly prepare?: (idp: IssuerControl) => Promise<void>;
}

export async function startTestApi({ env, prepare, ...options }: TestApiOptions = {}): Promise<TestApi> {
  await using resources = new AsyncDisposableStack();
  const idp = resources.use(await startMockIdp()).issuer();
  await prepare?.(idp);
  const lines: string[] = [];
  const logger = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(line) });
  const settings = loadSettings({
    BETTER_AUTH_URL: idp.issuer,
    JWT_AUDIENCE: idp.audience,
    ALLOWED_ORIGINS: 'https://app.example.com',
    PORT: '0',
    ...env,
  });
  const { url } = resources.use(await startApi({ settings, logger, ...options }));
  const kept = resources.move();
  return {
    url,
    idp,
    token: async (sub, claims = {}) => (await idp.mint({ claims: { sub, ...claims } })).token,
    log: () => lines.join(''),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
