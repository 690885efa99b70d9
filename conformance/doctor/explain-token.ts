import type { KeyObject } from 'node:crypto';
import { verify } from 'node:crypto';
import { claimSteps } from './explain-claims.ts';
import { isRecord } from './record.ts';
import type { DoctorSettings } from './settings.ts';
import { shown, type Step } from './token-step.ts';

const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/** A token, decoded and held against the contract. Holds its claims, never the token or its signature. */
export interface ExplainedToken {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export interface ExplainOptions {
  /** Usable keys by kid; empty where none could be had. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly settings: DoctorSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Explains one token. Nothing is sent anywhere. Never throws. */
export function explainToken(token: string, { keys, settings, now }: ExplainOptions): ExplainedToken {
  const segments = token.trim().split('.');
  const shape = shapeStep(token, segments);
  const [head = '', payload = '', signature = ''] = segments;
  if (shape.outcome === 'fail') return { steps: [shape] };

  const header = decode(head);
  const claims = decode(payload);
  const steps = [shape];
  if (header === undefined) {
    steps.push({
      name: 'header',
      outcome: 'fail',
      detail: 'the first segment is no JSON object in base64url',
    });
  } else {
    steps.push(...headerSteps(header), signatureStep(header, `${head}.${payload}`, signature, keys));
  }
  if (claims === undefined) {
    steps.push({
      name: 'claims',
      outcome: 'fail',
      detail: 'the second segment is no JSON object in base64url',
    });
  } else {
    steps.push(...claimSteps(claims, settings, now));
  }
  return { ...(header && { header }), ...(claims && { claims }), steps };
}

function shapeStep(token: string, segments: readonly string[]): Step {
  const name = 'form';
  if (/^bearer\s/i.test(token.trim()))
    return { name, outcome: 'fail', detail: 'this is a header value; leave the word Bearer away' };
  if (segments.length === 5)
    return {
      name,
      outcome: 'fail',
      detail: 'five segments: an encrypted token (JWE), which no key set can open',
    };
  if (segments.length === 1) {
    const detail =
      'no dots: an opaque token, such as that of a session; ask the identity provider for its JWT';
    return { name, outcome: 'fail', detail };
  }
  if (segments.length !== 3)
    return { name, outcome: 'fail', detail: `${segments.length} segments instead of 3` };
  if (!segments.every(isBase64url)) {
    const detail = 'a segment is empty or no strict base64url (RFC 7515 §2)';
    return { name, outcome: 'fail', detail };
  }
  return { name, outcome: 'pass', detail: 'three segments of base64url' };
}

/** Without padding, foreign characters or bits that are thrown away: a text that decodes to its one spelling. */
function isBase64url(segment: string): boolean {
  return segment !== '' && Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function decode(segment: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(segment, 'base64url'),
    );
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function headerSteps({ alg, typ, crit }: Readonly<Record<string, unknown>>): Step[] {
  const typeFits = typ === undefined || (typeof typ === 'string' && TYPES.includes(typ.toLowerCase()));
  return [
    alg === 'RS256'
      ? { name: 'alg', outcome: 'pass', detail: 'RS256' }
      : { name: 'alg', outcome: 'fail', detail: `${shown(alg)} instead of RS256${advice(alg)}` },
    typeFits
      ? { name: 'typ', outcome: 'pass', detail: typ === undefined ? 'none, which is fine' : shown(typ) }
      : {
          name: 'typ',
          outcome: 'fail',
          detail: `${shown(typ)}: a token for another purpose (RFC 8725 §3.11)`,
        },
    ...(crit === undefined
      ? []
      : [
          {
            name: 'crit',
            outcome: 'fail' as const,
            detail: 'demands extensions nobody knows (RFC 7515 §4.1.11)',
          },
        ]),
  ];
}

function advice(alg: unknown): string {
  if (alg === 'EdDSA' || alg === 'Ed25519')
    return ': Better Auth signs so unless its keyPairConfig says { alg: "RS256" }';
  if (typeof alg === 'string' && alg.startsWith('HS'))
    return ': signed with a shared secret, which no key set holds';
  return '';
}

function signatureStep(
  { kid, alg }: Readonly<Record<string, unknown>>,
  signed: string,
  signature: string,
  keys: ReadonlyMap<string, KeyObject>,
): Step {
  const name = 'signature';
  if (keys.size === 0) return { name, outcome: 'unknown', detail: 'no key at hand to check it with' };
  if (typeof kid !== 'string') return { name, outcome: 'fail', detail: 'the header names no key (kid)' };
  const key = keys.get(kid);
  if (key === undefined) {
    const detail = `its key "${kid}" is not in the key set, which has ${[...keys.keys()].map((known) => `"${known}"`).join(', ')}`;
    return { name, outcome: 'fail', detail };
  }
  if (alg !== 'RS256') return { name, outcome: 'fail', detail: 'not made with RS256' };
  const holds = verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
  return holds
    ? { name, outcome: 'pass', detail: `made by key "${kid}"` }
    : { name, outcome: 'fail', detail: `not made by key "${kid}"; was the token cut or changed?` };
}
