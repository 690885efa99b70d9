import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { encodeSegment, signInput } from '../jws.ts';
import { forgery } from './build.ts';
import type { Forgery, JsonObject } from './forgery.ts';
import { goodParts, goodToken, variants } from './parts.ts';

/** Signed texts that are no compact JWT (RFC 7519 §1). */
export const otherFormatForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-flattened-json',
    verdict: 'refuse',
    defect: 'a good token in the flattened JSON serialization',
    references: ['RFC 7519 §1', 'RFC 7515 §7.2.2', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: (kit) => {
      const { header, payload, signature } = goodParts(kit);
      return variants({ '': JSON.stringify({ payload, protected: header, signature }) });
    },
  }),
  forgery({
    name: 'jws-general-json-two-sigs',
    verdict: 'refuse',
    defect: 'the general JSON serialization, with a good signature and one by the attacker',
    references: ['RFC 7519 §1', 'RFC 7515 §7.2.1', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: (kit) => {
      const { header, payload, signature } = goodParts(kit);
      const attackers = encodeSegment({ ...kit.header, kid: kit.attacker.kid });
      const good = { protected: header, signature };
      const bad = { protected: attackers, signature: signInput(`${attackers}.${payload}`, kit.attacker) };
      return variants({
        'good one first': JSON.stringify({ payload, signatures: [good, bad] }),
        'good one last': JSON.stringify({ payload, signatures: [bad, good] }),
      });
    },
  }),
  forgery({
    name: 'jws-format-confusion',
    verdict: 'refuse',
    defect: 'verifies in JSON form for the caller, splits on dots into claims of another user',
    references: ['RFC 7519 §1', 'draft-ietf-oauth-rfc8725bis §2.13', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: (kit) => {
      const { header, payload, signature } = goodParts(kit);
      const stolen = encodeSegment({ ...kit.claims, sub: kit.otherSub });
      // The good segments hold no dot, so the two around the forged payload are the only ones.
      return variants({ '': JSON.stringify({ x: `.${stolen}.`, payload, protected: header, signature }) });
    },
  }),
  forgery({
    name: 'jws-detached-body',
    verdict: 'refuse',
    // To be sent with `JSON.stringify` of the claims as the body: mint first, then forge with the minted claims.
    defect: 'the payload was taken out after signing, to be found in the request body',
    references: ['RFC 7515 Appendix F', 'RFC 7797 §5.1'],
    make: (kit) => {
      const { header, signature } = goodParts(kit);
      const unencoded = encodeSegment({ ...kit.header, b64: false, crit: ['b64'] });
      const raw = signInput(`${unencoded}.${JSON.stringify(kit.claims)}`, kit.active);
      return variants({
        'encoded payload': `${header}..${signature}`,
        'unencoded payload': `${unencoded}..${raw}`,
      });
    },
  }),
  forgery({
    name: 'jws-other-formats',
    verdict: 'refuse',
    defect: 'a token of another format',
    references: ['RFC 7519 §1', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: (kit) => {
      const disclosure = encodeSegment(JSON.stringify(['c2FsdA', 'role', 'admin']));
      return variants({
        'SD-JWT': `${goodToken(kit)}~`,
        'SD-JWT with a disclosure': `${goodToken(kit)}~${disclosure}~`,
        'PASETO v4.public': paseto(kit.claims),
        'macaroon v2': macaroon(kit.claims),
      });
    },
  }),
];

/** PASETO v4.public: Ed25519 over the pre-authentication encoding of header, message, footer and assertion. */
function paseto(claims: JsonObject): string {
  const header = 'v4.public.';
  const message = Buffer.from(JSON.stringify(claims));
  const pieces = [Buffer.from(header), message, Buffer.alloc(0), Buffer.alloc(0)];
  const encoding = Buffer.concat([
    littleEndian(pieces.length),
    ...pieces.flatMap((piece) => [littleEndian(piece.length), piece]),
  ]);
  const { privateKey } = generateKeyPairSync('ed25519');
  return header + encodeSegment(Buffer.concat([message, sign(null, encoding, privateKey)]));
}

/** A macaroon of version 2 (binary) without location, whose one caveat names the user. */
function macaroon(claims: JsonObject): string {
  const identifier = Buffer.from('session');
  const caveat = Buffer.from(`sub = ${JSON.stringify(claims['sub'])}`);
  const root = createHmac('sha256', randomBytes(32)).update(identifier).digest();
  const signature = createHmac('sha256', root).update(caveat).digest();
  const end = Buffer.from([0]);
  return encodeSegment(
    Buffer.concat([
      Buffer.from([2]),
      field(2, identifier),
      end,
      field(2, caveat),
      end,
      end,
      field(6, signature),
    ]),
  );
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function field(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, content.length]), content]);
}
