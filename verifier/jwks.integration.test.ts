import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import type { FaultAction, IssuerControl, MintRequest, MockIdp, OddKeySort } from '../mock-idp/index.ts';
import type { Verifier, VerifierEvent, VerifierOptions } from './contract.ts';
import { JwksError } from './errors.ts';
import { judge } from './testing/verifier.ts';
import { createVerifier } from './verify.ts';

/*
 * The verifier against a real endpoint that rotates its keys and fails in every way. Times pass on a clock in hand;
 * where a timer must fire by itself, times are short and the test waits for what it leads to.
 */

const UNAVAILABLE = 'jwks_unavailable: no-key-set';
const UNKNOWN = 'invalid_token: unknown-kid';
const START = Date.now();

let idp: MockIdp;
let count = 0;
let issuer: IssuerControl;
let clock: number;
let events: VerifierEvent[];
const rejections: unknown[] = [];
const opened: Verifier[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  idp = await startMockIdp();
});
afterAll(async () => {
  await idp[Symbol.asyncDispose]();
  process.off('unhandledRejection', onRejection);
});
beforeEach(() => {
  issuer = idp.issuer(`issuer-${(count += 1)}`);
  clock = START;
  events = [];
});
afterEach(async () => {
  for (const verifier of opened.splice(0)) await verifier[Symbol.asyncDispose]();
});

/** A verifier whose clock is `clock`; with `real`, the one of the machine. */
function create(options: Partial<VerifierOptions> = {}, real = false): Verifier {
  const verifier = createVerifier({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwksUrl: issuer.jwksUrl,
    algorithms: ['RS256'],
    onEvent: (event) => events.push(event),
    ...(real ? {} : { now: () => clock }),
    ...options,
  });
  opened.push(verifier);
  return verifier;
}

async function createWarm(options: Partial<VerifierOptions> = {}, real = false): Promise<Verifier> {
  const verifier = create(options, real);
  await verifier.warm();
  return verifier;
}

/** A token that is good at every time of a test, however far its clock goes. */
async function mint(request: MintRequest = {}): Promise<string> {
  return (await issuer.mint({ ...request, claims: { iat: null, exp: '+30d' } })).token;
}

async function fetches(): Promise<number> {
  return (await issuer.journal({ endpoint: 'jwks' })).length;
}

function fail(...actions: readonly FaultAction[]): Promise<void> {
  return issuer.fault({ endpoint: 'jwks', actions });
}

/** Seconds: short where the deadline is what is to be seen, and long where a busy machine must not reach it. */
function timeoutFor(reason: string): number {
  return reason === 'timeout' ? 2 : 20;
}

function failures(): readonly string[] {
  return events.flatMap((event) => (event.type === 'jwks-failed' ? [event.reason] : []));
}

describe('the TTL', () => {
  test('ends a withdrawn key to the millisecond, with one fetch', async () => {
    const verifier = await createWarm({ cacheTtl: 3600 });
    const token = await mint();
    await issuer.changeKeys({ story: 'revoke-all' });
    clock = START + 3_600_000 - 1;
    expect(await judge(verifier, token)).toBe('accepted');
    expect(await fetches()).toBe(1);
    clock = START + 3_600_000;
    expect(await judge(verifier, token)).toBe(UNKNOWN);
    expect(await fetches()).toBe(2);
  });

  test('is never reached while the process runs: the set is fetched in the background before', async () => {
    const verifier = await createWarm({ cacheTtl: 2 }, true);
    const old = await mint();
    expect(verifier.verifySync(old)).toBeDefined();
    await issuer.changeKeys({ story: 'revoke-all' });
    const current = await mint();
    await vi.waitFor(() => {
      expect(verifier.verifySync(current)).toBeDefined();
    }, 15_000);
    expect(verifier.verifySync(old)).toBeUndefined();
    await issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 20_000 });
    expect(verifier.ready).toBe(true);
  });
});

describe('an unknown kid', () => {
  test('of a key just made is accepted at once, also right after the start', async () => {
    const verifier = await createWarm();
    for (let rotation = 0; rotation < 2; rotation += 1) {
      await issuer.changeKeys({ story: 'rotate' });
      expect(await judge(verifier, await mint())).toBe('accepted');
    }
    expect(await fetches()).toBe(3);
  });

  test('in numbers costs two fetches; a rotation meanwhile gets through one cool-down later, and known keys at once', async () => {
    const verifier = await createWarm({ cooldown: 30 });
    const known = await mint();
    const flood = await Promise.all(
      Array.from({ length: 100 }, (_, n) => mint({ header: { kid: `x${n}` } })),
    );
    for (const verdict of await Promise.all(flood.map((token) => judge(verifier, token)))) {
      expect(verdict).toBe(UNKNOWN);
    }
    for (const token of flood) expect(await judge(verifier, token)).toBe(UNKNOWN);
    expect(await fetches()).toBe(3);
    await issuer.changeKeys({ story: 'rotate' });
    const current = await mint();
    expect(await judge(verifier, current)).toBe(UNKNOWN);
    expect(await judge(verifier, known)).toBe('accepted');
    clock = START + 30_000;
    expect(await judge(verifier, current)).toBe('accepted');
    expect(await fetches()).toBe(4);
  });

  test('is asked for after every cheap check, so a token that is bad anyway costs no fetch', async () => {
    const verifier = await createWarm();
    for (const name of ['iss-wrong', 'aud-wrong', 'alg-none', 'exp-past']) {
      for (const { token } of await issuer.forge(name, { header: { kid: 'unknown' } })) {
        expect(await judge(verifier, token)).not.toBe('accepted');
      }
    }
    expect(await fetches()).toBe(1);
  });
});

test('100 tokens that come before the first key set cause one fetch', async () => {
  const verifier = create();
  await fail({ kind: 'delay', ms: 50 });
  const token = await mint();
  const verdicts = await Promise.all(Array.from({ length: 100 }, () => judge(verifier, token)));
  expect(new Set(verdicts)).toEqual(new Set(['accepted']));
  expect(await fetches()).toBe(1);
});

describe('an endpoint that', () => {
  const html = { 'content-type': 'text/html' };
  const faults: readonly (readonly [string, FaultAction, string])[] = [
    ['never answers', { kind: 'hang' }, 'timeout'],
    ['drips', { kind: 'drip', intervalMs: 20 }, 'timeout'],
    ['resets the connection', { kind: 'reset' }, 'unreachable'],
    ['breaks off', { kind: 'truncate' }, 'interrupted'],
    ['answers half a document', { kind: 'invalid-json' }, 'not-json'],
    ['answers without end', { kind: 'oversized', bytes: 4 * 2 ** 20 }, 'too-large'],
    ['answers 300 KiB', { kind: 'oversized', bytes: 300 * 1024 }, 'too-large'],
    ['redirects', { kind: 'redirect' }, 'redirect'],
    ['answers 500', { kind: 'respond', status: 500, json: { keys: [] } }, 'status'],
    ['answers HTML', { kind: 'respond', status: 200, headers: html, body: '<html>' }, 'not-json'],
    ['answers an object', { kind: 'respond', status: 200, json: { kids: [] } }, 'not-a-key-set'],
    ['answers an empty set', { kind: 'respond', status: 200, json: { keys: [] } }, 'no-usable-key'],
  ];

  test.each(faults)('%s is refused at the start, in words', async (_, action, reason) => {
    await fail(action);
    const verifier = create({ timeout: timeoutFor(reason) });
    const error: unknown = await verifier.warm().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(JwksError);
    expect(error).toMatchObject({ reason, message: expect.stringContaining(issuer.jwksUrl) as string });
    expect(verifier.ready).toBe(false);
    expect(await judge(verifier, await mint())).toBe(UNAVAILABLE);
  });

  test.each(faults)(
    '%s later never replaces the good set, nor delays a known key',
    async (_, action, reason) => {
      const verifier = await createWarm({ timeout: timeoutFor(reason) });
      const [known, other] = [await mint(), await mint({ header: { kid: 'other' } })];
      await fail(action);
      const lookup = judge(verifier, other);
      expect(verifier.verifySync(known)).toBeDefined();
      expect(await lookup).toBe(UNAVAILABLE);
      expect(failures()).toEqual([reason]);
      expect(verifier.verifySync(known)).toBeDefined();
      expect(verifier.ready).toBe(true);
    },
  );

  test('redirects to an attacker is not followed there', async () => {
    await fail({ kind: 'redirect' });
    const verifier = create();
    const attacker = idp.issuer('attacker');
    const token = (await attacker.mint({ claims: { iss: issuer.issuer, iat: null } })).token;
    expect(await judge(verifier, token)).toBe(UNAVAILABLE);
    expect(await attacker.journal()).toEqual([]);
  });
});

describe('an outage', () => {
  test('is served through with the last good set for its TTL and the stated bound; then 503, and recovery by itself', async () => {
    const verifier = await createWarm({ cacheTtl: 60, maxStale: 120, cooldown: 30 });
    const token = await mint();
    await fail({ kind: 'respond', status: 503 });
    clock = START + 60_000;
    expect(await judge(verifier, token)).toBe('accepted');
    clock = START + 180_000 - 1;
    expect(await judge(verifier, token)).toBe('accepted');
    clock = START + 180_000;
    expect(verifier.ready).toBe(false);
    expect(await judge(verifier, token)).toBe(UNAVAILABLE);
    await issuer.clearFaults();
    clock += 30_000;
    expect(await judge(verifier, token)).toBe('accepted');
    expect(verifier.ready).toBe(true);
  });

  test('at the start ends without a restart and without a request', async () => {
    await fail({ kind: 'reset' });
    const verifier = create({ cooldown: 0.05 }, true);
    await expect(verifier.warm()).rejects.toBeInstanceOf(JwksError);
    await issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 10_000 });
    expect(verifier.ready).toBe(false);
    await issuer.clearFaults();
    await vi.waitFor(() => {
      expect(verifier.ready).toBe(true);
    }, 15_000);
    expect(await judge(verifier, await mint())).toBe('accepted');
  });

  test('costs one fetch per cool-down, however many tokens come', async () => {
    const verifier = await createWarm({ cacheTtl: 60, cooldown: 30 });
    const token = await mint();
    await fail({ kind: 'respond', status: 503 });
    clock = START + 60_000;
    for (let n = 0; n < 200; n += 1) expect(await judge(verifier, token)).toBe('accepted');
    expect(await fetches()).toBe(2);
  });
});

describe('a key set with odd entries', () => {
  const oddities: readonly OddKeySort[] = [
    ...(['rsa-1024', 'ec-p256', 'ed25519', 'oct', 'use-enc', 'key-ops-encrypt', 'wrong-alg'] as const),
    ...(['missing-kid', 'missing-kty', 'missing-n', 'unknown-kty', 'unknown-crv', 'off-curve'] as const),
    ...(['exponent-one', 'not-base64url', 'numeric-kid', 'null-entry', 'text-entry', 'empty-entry'] as const),
  ];

  test.each(oddities)('skips %s and uses the rest', async (sort) => {
    await issuer.changeKeys({ story: 'odd-keys', sorts: [sort], first: true });
    const verifier = await createWarm();
    expect(await judge(verifier, await mint())).toBe('accepted');
    const fetched = events.find((event) => event.type === 'jwks-fetched');
    expect(fetched).toMatchObject({ keys: (await issuer.keys()).length, skipped: 1 });
  });

  test.each([true, false])(
    'tries every key of a kid that several share (the other first: %s)',
    async (first) => {
      await issuer.changeKeys({ story: 'odd-keys', sorts: ['duplicate-kid'], first });
      const verifier = await createWarm();
      expect(await judge(verifier, await mint())).toBe('accepted');
      expect(await judge(verifier, await mint({ key: 'unpublished' }))).toBe(UNKNOWN);
      const [active] = (await issuer.keys()).filter(({ state }) => state === 'active');
      const forged = await mint({ key: 'unpublished', header: { kid: active?.kid } });
      expect(await judge(verifier, forged)).toBe('invalid_token: signature');
    },
  );

  test('takes new material under a kid that it knows at the end of the TTL', async () => {
    const verifier = await createWarm({ cacheTtl: 60 });
    const old = await mint();
    await issuer.changeKeys({ story: 'same-kid' });
    const current = await mint();
    expect(await judge(verifier, current)).toBe('invalid_token: signature');
    clock = START + 60_000;
    expect(await judge(verifier, current)).toBe('accepted');
    expect(await judge(verifier, old)).toBe('invalid_token: signature');
  });
});

describe('a process that has nothing else to do', () => {
  /** How a program with a verifier ends; it is given the verifier, and gets the events. */
  async function run(
    program: string,
    options: Partial<VerifierOptions>,
  ): Promise<{ code: unknown; err: string }> {
    const { issuer: iss, audience, jwksUrl } = issuer;
    const all = JSON.stringify({ issuer: iss, audience, jwksUrl, algorithms: ['RS256'], ...options });
    const source = `
      import { createVerifier } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)};
      const events = [];
      let heard = () => {};
      const verifier = createVerifier({ ...${all}, onEvent: (event) => { events.push(event.type); heard(); } });
      const seen = (type, times) => new Promise((resolve) => {
        const waiting = setInterval(() => {}, 1000);
        heard = () => {
          if (events.filter((one) => one === type).length < times) return;
          clearInterval(waiting);
          resolve();
        };
        heard();
      });
      ${program}`;
    const flags = ['--unhandled-rejections=strict', '--input-type=module', '--eval', source];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [unknown];
    return { code, err };
  }

  test('ends while a refresh is due, though its connection is kept alive', async () => {
    const token = JSON.stringify(await mint());
    const program = `await verifier.warm(); await verifier.verify(${token});`;
    expect(await run(program, { cacheTtl: 3600 })).toEqual({ code: 0, err: '' });
  });

  test('ends while the endpoint fails and is asked again and again', async () => {
    await fail({ kind: 'reset' });
    const program = `verifier.warm().catch(() => {}); await seen('jwks-failed', 3);`;
    expect(await run(program, { cooldown: 0.02 })).toEqual({ code: 0, err: '' });
  });

  test('survives failures in the background that nobody waits for', async () => {
    await issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'ok' }, { kind: 'truncate' }] });
    const program = `await verifier.warm(); await seen('jwks-failed', 3);`;
    expect(await run(program, { cacheTtl: 0.1, cooldown: 0.02 })).toEqual({ code: 0, err: '' });
  });
});

test('nothing above was rejected without anyone to hear of it', () => {
  expect(rejections).toEqual([]);
});
