import type { Library } from './differential-judges.ts';

/** A token as a lenient reader sees it: what cannot be read is left out. Shares no code with the verifier. */
export interface Reading {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The bytes of header and payload. */
  readonly parts: readonly Buffer[];
  /** Seconds since the epoch, and the leeway with them. */
  readonly latest: number;
}

/** A class of tokens that gateproof refuses and a library accepts. */
export interface Difference {
  readonly id: string;
  readonly libraries: readonly Library[];
  /** The reason that gateproof gives. */
  readonly reason: string;
  /** What is so about the token. */
  readonly token: string;
  readonly why: string;
  readonly clause: string;
  /** Found out from the token alone. */
  readonly holds: (reading: Reading) => boolean;
}

const BOTH: readonly Library[] = ['jose', 'jsonwebtoken'];
const ONE: readonly Library[] = ['jsonwebtoken'];

/** Every disagreement there is. There is none the other way round: a library that refuses what gateproof accepts. */
export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'respelled',
    libraries: BOTH,
    reason: 'header|payload|signature',
    token: 'a segment spelled in another way: stray bits in its last character, padding, `+` or `/`, blanks',
    why: 'Node decodes base64 leniently; with two spellings of one token, a list of revoked ones can be got around',
    clause: 'RFC 7515 §2, RFC 4648 §3.5',
    holds: ({ token }) => !token.split('.').every(isCanonical),
  },
  {
    id: 'not-utf8',
    libraries: ONE,
    reason: 'header|payload',
    token: 'header or payload are not UTF-8',
    why: 'bytes that are no text are replaced by U+FFFD, so two users become one',
    clause: 'RFC 7515 §5.2 steps 2 and 3, RFC 7519 §7.2',
    holds: ({ parts }) => parts.some((bytes) => !Buffer.from(bytes.toString()).equals(bytes)),
  },
  {
    id: 'byte-order-mark',
    libraries: ['jose'],
    reason: 'header|payload',
    token: 'header or payload begin with a byte order mark',
    why: 'it is no part of JSON; a parser may skip it, and need not',
    clause: 'RFC 8259 §8.1',
    holds: ({ parts }) => parts.some((bytes) => bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf))),
  },
  {
    id: 'json-within-json',
    libraries: ONE,
    reason: 'payload',
    token: 'a payload that is a JSON text, which holds JSON in turn',
    why: 'the library parses it a second time; the claims must be a JSON object as they stand',
    clause: 'RFC 7519 §7.2 step 10',
    holds: ({ parts }) => isJsonText(parts[1]),
  },
  {
    id: 'critical',
    libraries: ONE,
    reason: 'crit',
    token: 'a `crit` of any form',
    why: 'the library does not look at it; whoever does not understand an extension must refuse the token',
    clause: 'RFC 7515 §4.1.11',
    holds: ({ header }) => header['crit'] !== undefined,
  },
  {
    id: 'critical-b64',
    libraries: ['jose'],
    reason: 'crit',
    token: '`crit` with `b64`, which is true',
    why: 'the library understands `b64`; a JWT has no use for it, and here it is no extension that is understood',
    clause: 'RFC 7797 §7, RFC 7515 §4.1.11',
    holds: ({ header }) => Array.isArray(header['crit']) && header['crit'].every((name) => name === 'b64'),
  },
  {
    id: 'b64',
    libraries: BOTH,
    reason: 'b64',
    token: 'a `b64` that no `crit` names',
    why: 'the libraries ignore it then; RFC 7797 demands `crit`, and a JWT must not use it',
    clause: 'RFC 7797 §6 and §7',
    holds: ({ header }) => header['b64'] !== undefined && header['crit'] === undefined,
  },
  {
    id: 'type',
    libraries: BOTH,
    reason: 'typ',
    token: 'a `typ` that is neither `JWT` nor `at+jwt`',
    why: 'another kind of JWT of the same issuer, such as a logout token, must not pass for an access token',
    clause: 'RFC 8725 §3.11, RFC 9068 §4',
    holds: ({ header: { typ } }) =>
      typ !== undefined && !(typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ)),
  },
  {
    id: 'subject',
    libraries: BOTH,
    reason: 'sub',
    token: 'a `sub` that is empty, not a string, or half a surrogate pair',
    why: 'the libraries check it against an expected value alone; here it names the user',
    clause: 'RFC 7519 §4.1.2',
    holds: ({ claims: { sub } }) =>
      sub !== undefined && (typeof sub !== 'string' || sub === '' || /\p{Surrogate}/u.test(sub)),
  },
  {
    id: 'no-subject',
    libraries: ONE,
    reason: 'sub',
    token: 'no `sub`',
    why: 'the library has no option that demands a claim',
    clause: 'RFC 9068 §2.2',
    holds: ({ claims }) => claims['sub'] === undefined,
  },
  {
    id: 'no-expiry',
    libraries: ONE,
    reason: 'exp',
    token: 'no `exp`',
    why: 'the library has no option that demands a claim; such a token is good for ever',
    clause: 'RFC 9068 §2.2, RFC 8725 §3.10',
    holds: ({ claims }) => claims['exp'] === undefined,
  },
  {
    id: 'infinite-expiry',
    libraries: BOTH,
    reason: 'exp',
    token: 'an `exp` that no double holds, such as 1e400',
    why: 'it is read as Infinity, and such a token is good for ever',
    clause: 'RFC 7519 §4.1.4, RFC 8259 §6',
    holds: ({ claims: { exp } }) => exp === Infinity,
  },
  {
    id: 'infinite-past',
    libraries: BOTH,
    reason: 'nbf|iat',
    token: 'an `nbf` or `iat` of -Infinity, such as -1e400',
    why: 'no NumericDate; it passes as a time long ago',
    clause: 'RFC 7519 §2, RFC 8259 §6',
    holds: ({ claims: { nbf, iat } }) => nbf === -Infinity || iat === -Infinity,
  },
  {
    id: 'issued-later',
    libraries: BOTH,
    reason: 'iat',
    token: 'an `iat` in the future',
    why: 'the libraries compare it only with a maximal age; nobody but a wrong clock or a forger makes such a token',
    clause: 'RFC 7519 §4.1.6 (a choice: it gives no rule)',
    holds: ({ claims: { iat }, latest }) => typeof iat === 'number' && iat > latest,
  },
  {
    id: 'issued-at-type',
    libraries: ONE,
    reason: 'iat',
    token: 'an `iat` that is no number',
    why: 'the library looks at it only with a maximal age',
    clause: 'RFC 7519 §4.1.6',
    holds: ({ claims: { iat } }) => iat !== undefined && typeof iat !== 'number',
  },
  {
    id: 'audience-members',
    libraries: BOTH,
    reason: 'aud',
    token: 'an `aud` that holds ours beside something that is no string',
    why: 'one match satisfies the libraries; an array with anything else in it is no `aud`',
    clause: 'RFC 7519 §4.1.3',
    holds: ({ claims: { aud } }) => Array.isArray(aud) && aud.some((member) => typeof member !== 'string'),
  },
];

/** What a lenient reader makes of a token. */
export function read(token: string, latest: number): Reading {
  const parts = token.split('.', 2).map((segment) => Buffer.from(segment, 'base64url'));
  const [header, claims] = parts.map(parse);
  return { token, header: header ?? {}, claims: claims ?? {}, parts, latest };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString().replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isJsonText(bytes: Buffer | undefined): boolean {
  try {
    return typeof JSON.parse(String(bytes)) === 'string';
  } catch {
    return false;
  }
}

function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

/** The table as a page. */
export function renderDifferences(): string {
  const rows = DIFFERENCES.map(({ libraries, reason, token, why, clause }) =>
    [token, libraries.join(', '), `\`${reason.replaceAll('|', '`, `')}\``, why, clause].join(' | '),
  );
  return `# Where the verifier differs from jose and jsonwebtoken

Thousands of generated tokens and every forged one go to the reference verifier, to jose and to jsonwebtoken, all three
set up for the same issuer, audience, keys, leeway and time, each as strictly as its options allow. Wherever they
disagree, a row of this table must explain it, from the token alone; \`npm test\` fails at a disagreement without a row,
at a row that nothing falls under any more, and where this page is not what the test makes of its rows. In each of
them gateproof refuses and the library accepts. The other way round there is none.

| Token | Accepted by | Refused here for | Why | Decided by |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}
