import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import type { FaultAction } from '../mock-idp/index.ts';
import type { VerifierOptions } from './contract.ts';
import { JwksError } from './errors.ts';
import { START, useLiveIssuer } from './testing/live-issuer.ts';
import { judge } from './testing/verifier.ts';

/*
 * The verifier against a real endpoint that fails in every way. Times pass on a clock in hand; where a timer must fire by
 * itself, times are short and the test waits for what it leads to.
 */

const UNAVAILABLE = 'jwks_unavailable: no-key-set';
const live = useLiveIssuer();
const { create, createWarm, mint, fetches, fail, failures } = live;

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
    expect(error).toMatchObject({ reason, message: expect.stringContaining(live.issuer.jwksUrl) as string });
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
    const attacker = live.idp.issuer('attacker');
    const token = (await attacker.mint({ claims: { iss: live.issuer.issuer, iat: null } })).token;
    expect(await judge(verifier, token)).toBe(UNAVAILABLE);
    expect(await attacker.journal()).toEqual([]);
  });
});

describe('an outage', () => {
  test('is served through with the last good set for its TTL and the stated bound; then 503, and recovery by itself', async () => {
    const verifier = await createWarm({ cacheTtl: 60, maxStale: 120, cooldown: 30 });
    const token = await mint();
    await fail({ kind: 'respond', status: 503 });
    live.clock = START + 60_000;
    expect(await judge(verifier, token)).toBe('accepted');
    live.clock = START + 180_000 - 1;
    expect(await judge(verifier, token)).toBe('accepted');
    live.clock = START + 180_000;
    expect(verifier.ready).toBe(false);
    expect(await judge(verifier, token)).toBe(UNAVAILABLE);
    await live.issuer.clearFaults();
    live.clock += 30_000;
    expect(await judge(verifier, token)).toBe('accepted');
    expect(verifier.ready).toBe(true);
  });

  test('at the start ends without a restart and without a request', async () => {
    await fail({ kind: 'reset' });
    const verifier = create({ cooldown: 0.05 }, true);
    await expect(verifier.warm()).rejects.toBeInstanceOf(JwksError);
    await live.issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 10_000 });
    expect(verifier.ready).toBe(false);
    await live.issuer.clearFaults();
    await vi.waitFor(() => {
      expect(verifier.ready).toBe(true);
    }, 15_000);
    expect(await judge(verifier, await mint())).toBe('accepted');
  });

  test('costs one fetch per cool-down, however many tokens come', async () => {
    const verifier = await createWarm({ cacheTtl: 60, cooldown: 30 });
    const token = await mint();
    await fail({ kind: 'respond', status: 503 });
    live.clock = START + 60_000;
    for (let n = 0; n < 200; n += 1) expect(await judge(verifier, token)).toBe('accepted');
    expect(await fetches()).toBe(2);
  });
});

describe('a process that has nothing else to do', () => {
  /** How a program with a verifier ends; it is given the verifier, and gets the events. */
  async function run(
    program: string,
    options: Partial<VerifierOptions>,
  ): Promise<{ code: unknown; err: string }> {
    const { issuer: iss, audience, jwksUrl } = live.issuer;
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
    await live.issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'ok' }, { kind: 'truncate' }] });
    const program = `await verifier.warm(); await seen('jwks-failed', 3);`;
    expect(await run(program, { cacheTtl: 0.1, cooldown: 0.02 })).toEqual({ code: 0, err: '' });
  });
});

/** Seconds: short where the deadline is what is to be seen, and long where a busy machine must not reach it. */
function timeoutFor(reason: string): number {
  return reason === 'timeout' ? 2 : 20;
}
