import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { encodeSegment } from '../../../mock-idp/index.ts';
import { allOf, expectRefused, NotTestable } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled, sendControl } from '../probes.ts';
import { newKid, type PublishedKey, publishedAs, rsaPair, tokenParts } from './odd-key.ts';
import { publishedKeyCheck } from './published.ts';
import { onStoryBench } from './story.ts';
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
  publishedKeyCheck('hdr-duplicate-jwk-oct-kid', 'refused', async () => {
    const rsa = publishedAs(await rsaPair());
    const secret = randomBytes(64);
    return ['HS256', 'HS384', 'HS512'].map((alg) => symmetric(secret, alg, { alg: undefined }, rsa.entry));
  }),
  {
    id: 'alg-no-jwk-alg-hs256',
    runs: 'own',
    run: (lab) =>
      onStoryBench(
        lab,
        {
          fresh: true,
          prepare: async (idp) => {
            await idp.changeKeys({ story: 'edit', members: { alg: null } });
          },
        },
        judgeForgeries,
      ),
  },
  {
    id: 'kid-missing-one-key',
    runs: 'own',
    run: (lab) =>
      onStoryBench(
        lab,
        {
          fresh: true,
          prepare: async (idp) => {
            await idp.changeKeys({ story: 'withdraw', kid: await otherKid({ ...lab, idp }) });
          },
        },
        judgeWithoutKid,
      ),
  },
  publishedKeyCheck('kid-special-chars-valid', 'accepted', async () => {
    const pair = await rsaPair();
    const kids = { 'base64 of the standard alphabet': `${newKid()}a+b/c=`, Cyrillic: `${newKid()}-ключ-1` };
    return Object.entries(kids).map(([label, kid]) => publishedAs(pair, {}, label, kid));
  }),
];
