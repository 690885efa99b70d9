import { selfSignedCertificate } from '../../../mock-idp/index.ts';
import { allOf, expectRefused } from '../../finding.ts';
import type { Check } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { sendControl } from '../probes.ts';
import { provokeFetch } from './fetches.ts';
import { type KeyPair, newKid, publishedAs, rsaPair } from './odd-key.ts';
import { judgeTokens, publishedKeyCheck, publishedKeyStory } from './published.ts';
import { keyStory, STEADY } from './story.ts';
import { ask } from './tokens.ts';

/** How a JWK is written: its kid, its modulus, its certificate, and members that it should not have (RFC 7517 §4, §9.2). */
export const keyFormChecks: readonly Check[] = [
  publishedKeyCheck('key-no-kid-entry', 'refused', async () => [
    publishedAs(await rsaPair(), { kid: undefined }),
  ]),
  publishedKeyCheck('key-kid-wrong-type', 'refused', async () => {
    const number = Math.floor(Math.random() * 1e15);
    return [publishedAs(await rsaPair(), { kid: number }, '', String(number))];
  }),
  publishedKeyCheck('key-n-noncanonical', 'either', async () => {
    const pair = await rsaPair();
    const modulus = modulusOf(pair);
    return [
      publishedAs(pair, { n: Buffer.concat([Buffer.of(0), modulus]).toString('base64url') }, 'leading zero'),
      publishedAs(pair, { n: `${modulus.toString('base64url')}==` }, 'padding'),
      publishedAs(pair, { n: modulus.toString('base64').replace(/=+$/, '') }, 'standard alphabet'),
    ];
  }),
  publishedKeyStory(
    'key-x5c-mismatch',
    async () => {
      const [own, other] = [await rsaPair(), await rsaPair()];
      const genuine = publishedAs(own, { x5c: [certificateOf(other)] });
      const byCertificate = publishedAs(other, {}, 'signed by the key of x5c', String(genuine.entry['kid']));
      return [{ ...genuine, byCertificate }];
    },
    async (lab, keys) => {
      // RFC 7517 §4.7: the two MUST match, so that a verifier may as well refuse the whole entry.
      const genuine = await judgeTokens(lab, keys, 'either');
      const foreign = keys.map(({ byCertificate }) => byCertificate);
      return allOf([await judgeTokens(lab, foreign, 'refused'), genuine]);
    },
  ),
  publishedKeyCheck('key-x5c-only', 'refused', async () => {
    const pair = await rsaPair();
    return [publishedAs(pair, { n: undefined, e: undefined, x5c: [certificateOf(pair)] })];
  }),
  keyStory('key-private-published', STEADY, async (lab) => {
    const pair = await rsaPair();
    const leaked = publishedAs(pair, pair.privateKey.export({ format: 'jwk' }));
    await lab.idp.changeKeys({ story: 'decoys', keys: [leaked.entry] });
    // Not by a well-formed key beside it: a backend may refuse the whole set for the one that leaked.
    await provokeFetch(lab);
    const exchange = await ask(lab, { label: 'token of the leaked key', token: await leaked.token(lab) });
    return allOf([
      expectRefused(exchange, { status: [401, 503], codes: ['invalid_token', 'jwks_unavailable'] }),
      acceptedAs(lab, await sendControl(lab, lab.operations.primary), lab.users.owner),
    ]);
  }),
];

function modulusOf({ publicKey }: KeyPair): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
}

/** As `x5c` holds it: DER in base64 of the standard alphabet (RFC 7517 §4.7). */
function certificateOf(pair: KeyPair): string {
  const now = Math.floor(Date.now() / 1000);
  return selfSignedCertificate({ ...pair, kid: newKid() }, { now, name: 'gateproof' }).toString('base64');
}
