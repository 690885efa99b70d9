import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { encodeSegment } from '../../../mock-idp/index.ts';
import { allOf, expectRefused } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled, sendControl } from '../probes.ts';
import { provokeFetch } from './fetches.ts';
import { newKid, type PublishedKey, publishedAs, rsaPair, tokenParts } from './odd-key.ts';
import { judgeTokens, publishedKeyCheck, publishedKeyStory } from './published.ts';
import { keyStory, onStoryBench, STEADY } from './story.ts';
import { ask, otherKid } from './tokens.ts';

/** What the forgeries are called that use the public key, or nothing, as the secret of an HMAC. */
const HMAC_FORGERIES = ['alg-hs256-empty', 'alg-hs256-spki-pem', 'alg-hs256-jwk-json'];

/** Whatever the key set holds: which algorithm a token may use is for the API to say (RFC 8725 §3.1). */
export const publishedAlgorithmChecks: readonly Check[] = [
  publishedKeyCheck('alg-es256-published', 'refused', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' };
    return Promise.resolve([
      otherwiseSigned('ES256', jwk, (input) =>
        sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
    ]);
  }),
  publishedKeyCheck('alg-jwk-bound-bypass', 'refused', async () => {
    const { privateKey, publicKey } = await rsaPair();
    const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS512' };
    return [otherwiseSigned('RS256', jwk, (input) => sign('sha512', Buffer.from(input), privateKey))];
  }),
  publishedKeyCheck('key-oct-published', 'refused', () => Promise.resolve([symmetric(randomBytes(32))])),
  publishedKeyCheck('key-oct-empty-k', 'refused', () => Promise.resolve([symmetric(Buffer.alloc(0))])),
  publishedKeyStory(
    'hdr-duplicate-jwk-oct-kid',
    async () => {
      const { entry: rsa } = publishedAs(await rsaPair());
      const secret = randomBytes(64);
      const forged = ['HS256', 'HS384', 'HS512'].map((alg) => symmetric(secret, alg, String(rsa['kid'])));
      return [{ entry: rsa, forged }, ...forged.slice(0, 1).map(({ entry }) => ({ entry, forged: [] }))];
    },
    (lab, keys) =>
      judgeTokens(
        lab,
        keys.flatMap(({ forged }) => forged),
        'refused',
      ),
  ),
  keyStory('alg-no-jwk-alg-hs256', STEADY, async (lab) => {
    await lab.idp.changeKeys({ story: 'edit', members: { alg: null } });
    await provokeFetch(lab);
    return judgeForgeries(lab);
  }),
  {
    id: 'kid-missing-one-key',
    runs: 'own',
    run: (lab) => {
      const prepare = async (idp: Lab['idp']): Promise<void> => {
        await idp.changeKeys({ story: 'withdraw', kid: await otherKid({ ...lab, idp }) });
      };
      return onStoryBench(lab, { fresh: true, prepare }, judgeWithoutKid);
    },
  },
  publishedKeyCheck('kid-special-chars-valid', 'accepted', async () => {
    const pair = await rsaPair();
    const kids = { 'base64 of the standard alphabet': `${newKid()}a+b/c=`, Cyrillic: `${newKid()}-ключ-1` };
    return Object.entries(kids).map(([label, kid]) => publishedAs(pair, {}, label, kid));
  }),
];

/** A token that is not signed with RS256, and the entry whose kid it names. */
function otherwiseSigned(
  alg: string,
  jwk: Readonly<Record<string, unknown>>,
  signature: (signingInput: string) => Buffer,
  kid: string = newKid(),
): PublishedKey {
  return {
    label: alg,
    entry: { ...jwk, kid },
    token: async (lab) => {
      const { header, claims } = await tokenParts(lab, { alg, kid });
      const input = `${encodeSegment(header)}.${encodeSegment(claims)}`;
      return `${input}.${encodeSegment(signature(input))}`;
    },
  };
}

/** A secret that the key set shows to everybody, and a token whose HMAC it makes (RFC 7518 §3.2, §6.4). */
function symmetric(secret: Buffer, alg = 'HS256', kid?: string): PublishedKey {
  const jwk = { kty: 'oct', use: 'sig', alg: 'HS256', k: secret.toString('base64url') };
  const hash = alg.replace('HS', 'sha');
  return otherwiseSigned(alg, jwk, (input) => createHmac(hash, secret).update(input).digest(), kid);
}

async function judgeForgeries(lab: Lab): Promise<Finding> {
  const { owner, other } = lab.users;
  const findings: Finding[] = [];
  for (const name of HMAC_FORGERIES) {
    const forged = await lab.idp.forge(name, {
      claims: { ...owner.claims, sub: owner.sub },
      otherSub: other.sub,
    });
    for (const { variant, token } of forged) {
      const label = variant === '' ? name : `${name} (${variant})`;
      const exchange = await ask(lab, { label, token });
      findings.push(labelled(expectRefused(exchange, { codes: ['invalid_token'] }), label));
    }
  }
  findings.push(acceptedAs(lab, await sendControl(lab, lab.operations.primary), owner));
  return allOf(findings);
}

async function judgeWithoutKid(lab: Lab): Promise<Finding> {
  const { owner } = lab.users;
  const { token } = await lab.idp.mint({
    claims: { ...owner.claims, sub: owner.sub },
    header: { kid: null },
  });
  const exchange = await ask(lab, { label: 'token without a kid', token });
  return isSuccess(exchange)
    ? acceptedAs(lab, exchange, owner)
    : expectRefused(exchange, { codes: ['invalid_token'] });
}
