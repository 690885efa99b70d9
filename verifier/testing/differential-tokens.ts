import fc from 'fast-check';
import { AUDIENCE, ISSUER, signToken } from './tokens.ts';
import type { TestKey } from './tokens.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const HEADER_MEMBERS = [
  ...['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit', 'b64'],
  ...['enc', 'zip', 'epk', 'apu', 'p2s', 'nonce', 'iss', 'ppt', 'svt'],
];
const CLAIMS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'client_id', 'cnf', 'act', 'nonce'];

/** Characters that decoders of base64url and parsers of headers read in different ways. */
const ODD = ['.', '=', '+', '/', ' ', '\n', '\t', '\0', '~', '%', ',', 'é', '\u0142', '\ufeff', '😀'];

const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    1e300,
    0.5,
    '',
    ' ',
    'x',
    '0',
    [],
    {},
    [null],
    [[]],
    [''],
    [{}],
  ),
);
const shape: fc.Arbitrary<unknown> = fc.oneof(
  json,
  fc.constantFrom<unknown>(
    ...[
      'RS256',
      'rs256',
      'RS512',
      'HS256',
      'none',
      'None',
      'JWT',
      'jwt',
      'at+jwt',
      'application/at+jwt',
      'dpop+jwt',
    ],
    ...[
      'secevent+jwt',
      'JOSE',
      'exp',
      ['exp'],
      ['b64'],
      ['alg'],
      ['b64', 'b64'],
      'k1',
      'k2',
      'K1',
      'k1 ',
      'k1\0',
    ],
    ...[
      ISSUER,
      `${ISSUER}/`,
      ISSUER.toUpperCase(),
      [ISSUER],
      AUDIENCE,
      `${AUDIENCE}/`,
      [AUDIENCE],
      [AUDIENCE, 1],
    ],
    ...[['other', AUDIENCE], [[AUDIENCE]], { 0: AUDIENCE }, '\ud800', 'user\0', true],
  ),
);

/** Thousands of tokens around a good one: changed as text, or correctly signed with odd content. */
export function differentialTokens(key: TestKey, now: number): fc.Arbitrary<string> {
  const good = signToken(key, { now: now * 1000, claims: { name: 'Zoë', groups: ['a'] } });
  return fc.oneof(
    { weight: 3, arbitrary: mutated(good) },
    { weight: 2, arbitrary: withHeader(key, now) },
    { weight: 2, arbitrary: withClaims(key, now) },
    { weight: 1, arbitrary: withTimes(key, now) },
    { weight: 1, arbitrary: withText(key, now) },
  );
}

function mutated(good: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: good.length });
  const alphabet = [...Array.from(ALPHABET), ...ODD];
  const character = fc.oneof(fc.constantFrom(...alphabet), fc.constantFrom(...ODD));
  return fc.oneof(
    fc.tuple(at, character).map(([index, one]) => good.slice(0, index) + one + good.slice(index + 1)),
    fc.tuple(at, character).map(([index, one]) => good.slice(0, index) + one + good.slice(index)),
    fc
      .tuple(at, fc.nat({ max: 6 }))
      .map(([index, length]) => good.slice(0, index) + good.slice(index + length)),
    fc.tuple(at, fc.nat({ max: 7 })).map(([index, bit]) => flipBit(good, index, bit)),
    fc.constantFrom('', '=', '==', ' ', '.', 'A', '\n').map((end) => good + end),
    fc.constantFrom(' ', '\n', 'Bearer ', '\ufeff').map((start) => start + good),
    fc.nat({ max: 63 }).map((step) => respelled(good, step)),
    fc.shuffledSubarray(good.split('.'), { minLength: 0 }).map((segments) => segments.join('.')),
  );
}

/** One bit of the decoded bytes of a segment turned over. */
function flipBit(token: string, place: number, bit: number): string {
  const segments = token.split('.');
  const index = place % segments.length;
  const bytes = Buffer.from(segments[index] ?? '', 'base64url');
  const at = place % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  segments[index] = bytes.toString('base64url');
  return segments.join('.');
}

/** The last character of the signature replaced: of its six bits only the first two count. */
function respelled(token: string, step: number): string {
  const last = ALPHABET.indexOf(token.at(-1) ?? '');
  return token.slice(0, -1) + ALPHABET.charAt((last + step) % ALPHABET.length);
}

function withHeader(key: TestKey, now: number): fc.Arbitrary<string> {
  const member = fc.tuple(fc.constantFrom(...HEADER_MEMBERS), fc.oneof(shape, fc.constant(undefined)));
  return member.map(([name, value]) => signToken(key, { now: now * 1000, header: { [name]: value } }));
}

function withClaims(key: TestKey, now: number): fc.Arbitrary<string> {
  const member = fc.tuple(fc.constantFrom(...CLAIMS), fc.oneof(shape, fc.constant(undefined)));
  return member.map(([name, value]) => signToken(key, { now: now * 1000, claims: { [name]: value } }));
}

/** Times around their bounds, whole and in parts of a second, and numbers that no clock knows. */
function withTimes(key: TestKey, now: number): fc.Arbitrary<string> {
  const near = fc.integer({ min: -80, max: 80 }).map((eighths) => String(now + eighths / 8));
  const odd = fc.constantFrom('1e400', '-1e400', '1e10', '-1', '0', '0.0', '1e-5', '9007199254740993', '-0');
  const time = fc.oneof({ weight: 3, arbitrary: near }, { weight: 1, arbitrary: odd });
  return fc.tuple(fc.constantFrom('exp', 'nbf', 'iat'), time).map(([name, text]) => {
    const exp = name === 'exp' ? '' : `,"exp":${now + 300}`;
    const claims = `{"iss":"${ISSUER}","aud":"${AUDIENCE}","sub":"u"${exp},"${name}":${text}}`;
    return signToken(key, { claims });
  });
}

/** Header and payload as texts that JSON parsers and decoders of UTF-8 read in different ways. */
function withText(key: TestKey, now: number): fc.Arbitrary<string> {
  const header = `{"alg":"RS256","typ":"JWT","kid":"${key.kid}"}`;
  const claims = `{"iss":"${ISSUER}","aud":"${AUDIENCE}","sub":"u","exp":${now + 300}}`;
  const wrap = fc.constantFrom<(text: string) => string | Uint8Array>(
    (text) => ` ${text}\n`,
    (text) => `\ufeff${text}`,
    (text) => `${text}x`,
    (text) => `${text}\0`,
    (text) => `[${text}]`,
    (text) => JSON.stringify(text),
    (text) => text.replace('{', '{"__proto__":{"admin":true},'),
    (text) => text.replace('{', '{"a":1,"a":2,'),
    (text) => text.replace('{', '{"sub":"first","alg":"none","kid":"other",'),
    (text) => text.replace('}', ',}'),
    (text) => text.replaceAll('"', "'"),
    (text) => Buffer.from(text, 'utf16le'),
    (text) =>
      Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"'), Buffer.of(0xff, 0x22, 0x7d)]),
    (text) =>
      Buffer.concat([
        Buffer.from(text.slice(0, -1)),
        Buffer.from(',"x":"'),
        Buffer.of(0xc0, 0x80, 0x22, 0x7d),
      ]),
    (text) =>
      Buffer.concat([
        Buffer.from(text.slice(0, -1)),
        Buffer.from(',"x":"'),
        Buffer.of(0xed, 0xa0, 0x80, 0x22, 0x7d),
      ]),
    () => '',
    () => 'null',
    () => '{}',
  );
  return fc
    .tuple(fc.constantFrom('header', 'claims'), wrap)
    .map(([part, change]) =>
      signToken(
        key,
        part === 'header' ? { header: change(header), claims } : { header, claims: change(claims) },
      ),
    );
}
