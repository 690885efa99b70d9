import { rmSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgeries, type ForgedToken, type IssuerControl } from '../mock-idp/index.ts';

export interface PoolRequest {
  readonly issuer: IssuerControl;
  /** Good tokens per key. */
  readonly count: number;
  /** Seconds they are good for: longer than the run, so that none expires in it. */
  readonly lifetime: number;
  readonly sub: string;
  /** Further claims of the user. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Kids of the keys to come, in order; the key that signs now is generation 0. */
  readonly keys: readonly string[];
  readonly forged: boolean;
  /** Seconds of leeway of the backend. */
  readonly leeway: number;
}

/** A file of JSON lines, which only its owner can read, in a folder of its own outside of every report. */
export interface TokenPool extends AsyncDisposable {
  readonly path: string;
  readonly folder: string;
  readonly good: number;
  readonly bad: number;
  /** How many kinds of forgeries. */
  readonly kinds: number;
  /** Forgeries that no HTTP client would send, or that time would mend. */
  readonly leftOut: readonly string[];
}

/** As k6/tokens.ts reads it. */
interface Line {
  readonly token: string;
  readonly forgery?: string;
  readonly generation?: number;
}

/** What a header field of Go's client may hold, within the limits of common servers. */
const SENDABLE = /^[\x21-\x7e]{1,6000}$/;

/** Mints all that a run sends. The file goes when it is disposed of, at the latest with this process. */
export async function writeTokenPool(request: PoolRequest): Promise<TokenPool> {
  const folder = await mkdtemp(join(tmpdir(), 'gateproof-tokens-'));
  const removeAtExit = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeAtExit);
  const dispose = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeAtExit);
  };
  const path = join(folder, 'tokens.ndjson');
  const file = await open(path, 'wx', 0o600);
  try {
    let good = 0;
    let bad = 0;
    const kinds = new Set<string>();
    const leftOut: string[] = [];
    for await (const [line, isGood] of linesOf(request, leftOut)) {
      await file.write(`${JSON.stringify(line)}\n`);
      if (isGood) good += 1;
      else bad += 1;
      if (line.forgery !== undefined) kinds.add(line.forgery);
    }
    return { path, folder, good, bad, kinds: kinds.size, leftOut, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    await file.close();
  }
}

async function* linesOf(
  request: PoolRequest,
  leftOut: string[],
): AsyncGenerator<readonly [Line, boolean], void, undefined> {
  const { issuer, count, lifetime, sub, keys, forged } = request;
  const claims = { ...request.claims, sub, exp: `+${lifetime}s` };
  for (const [generation, key] of [undefined, ...keys].entries()) {
    const batch = { count, claims, each: { jti: '{uuid}' }, ...(key !== undefined && { key }) };
    for await (const { token } of issuer.mintMany(batch)) {
      yield [generation === 0 ? { token } : { token, generation }, true];
    }
  }
  if (forged) for (const line of await forgedLines(request, leftOut)) yield [line, false];
}

/** One of each kind before a second of any, so that a short run sends all kinds. */
async function forgedLines(request: PoolRequest, leftOut: string[]): Promise<readonly Line[]> {
  const { issuer, lifetime, sub, leeway } = request;
  const claims = { ...request.claims, sub, exp: `+${lifetime}s` };
  const lines: { readonly rank: number; readonly line: Line }[] = [];
  for (const { name, verdict } of forgeries) {
    if (verdict !== 'refuse' && verdict !== 'expire') continue;
    const tokens = await issuer.forge(name, { claims, leeway });
    const sendable = tokens.filter((each) => isSendable(each, lifetime));
    if (sendable.length < tokens.length) leftOut.push(name);
    lines.push(...sendable.map(({ token }, rank) => ({ rank, line: { token, forgery: name } })));
  }
  return lines.sort((a, b) => a.rank - b.rank).map(({ line }) => line);
}

/** A token that is not valid yet would become so within the run. */
function isSendable({ name, token }: ForgedToken, lifetime: number): boolean {
  return SENDABLE.test(token) && !(/^(nbf|iat)-/.test(name) && willBeValid(token, lifetime));
}

function willBeValid(token: string, lifetime: number): boolean {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { nbf, iat } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
    const now = Date.now() / 1000;
    return [nbf, iat].some((time) => typeof time === 'number' && time > now && time < now + lifetime);
  } catch {
    return false;
  }
}
