import { generateKeyPairSync } from 'node:crypto';
import { expectRefused, fail, firstFailure, NotTestable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled } from '../probes.ts';
import { type KeyPair, newKid, type PublishedKey, publishedAs, rsaPair } from './odd-key.ts';
import { judgeTokens, publishedKeyStory } from './published.ts';
import { keyStory, retry, STEADY } from './story.ts';
import { ask } from './tokens.ts';

/** Several entries under one kid, which RFC 7517 §4.5 only says SHOULD NOT be. */
export const sameKidChecks: readonly Check[] = [
  publishedKeyStory(
    'key-decoy-same-kid',
    async () => {
      const signing = publishedAs(await rsaPair());
      const { kid } = signing.entry;
      return [
        { entry: { ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })), kid } },
        { entry: { ...jwkOf(generateKeyPairSync('ed25519')), kid } },
        { entry: signing.entry, signing },
      ];
    },
    (lab, keys) =>
      judgeTokens(
        lab,
        keys.flatMap(({ signing }) => signing ?? []),
        'accepted',
      ),
  ),
  keyStory('key-dup-kid-rsa', STEADY, async (lab) => {
    const kid = newKid();
    const first = publishedAs(await rsaPair(), {}, 'first key', kid);
    const second = publishedAs(await rsaPair(), {}, 'second key', kid);
    const inOrder = await answersTo(lab, [first, second]);
    const reversed = await answersTo(lab, [second, first]);
    return firstFailure([
      ...[...inOrder, ...reversed].map(([label, exchange]) => labelled(judgeAnswer(lab, exchange), label)),
      ...[first, second].map(({ label }) => sameInBothOrders(label, inOrder, reversed)),
    ]);
  }),
];

type Answers = ReadonlyMap<string, Exchange>;

/** Publishes the two keys and a third, well-formed one; once a token of that is accepted, asks with tokens of the two. */
async function answersTo(lab: Lab, keys: readonly PublishedKey[]): Promise<Answers> {
  const witness = publishedAs(await rsaPair());
  await lab.idp.changeKeys({ story: 'decoys', keys: [...keys, witness].map(({ entry }) => entry) });
  const token = { label: 'token of a key beside them', token: await witness.token(lab) };
  const { rotationVisible } = lab.settings;
  const { result } = await retry(rotationVisible, () => ask(lab, token), isSuccess);
  if (!isSuccess(result)) {
    throw new NotTestable(`the backend took over no key beside them within ${rotationVisible} s`);
  }
  const answers = new Map<string, Exchange>();
  for (const key of keys) {
    const sent = { label: `token of the ${key.label}`, token: await key.token(lab) };
    answers.set(key.label, await ask(lab, sent));
  }
  return answers;
}

function judgeAnswer(lab: Lab, exchange: Exchange): Finding {
  return isSuccess(exchange)
    ? acceptedAs(lab, exchange, lab.users.owner)
    : expectRefused(exchange, { codes: ['invalid_token'] });
}

function sameInBothOrders(label: string, inOrder: Answers, reversed: Answers): Finding {
  const expected = 'the same answer whichever of the two keys comes first in the set';
  const [one, other] = [inOrder.get(label), reversed.get(label)];
  if (one === undefined || other === undefined) throw new Error(`no answer to the token of the ${label}`);
  return isSuccess(one) === isSuccess(other)
    ? pass(expected, `the token of the ${label} ${observedAnswer(one)} in either order`, one)
    : fail(
        expected,
        `the token of the ${label} ${observedAnswer(one)}, and in the other order ${other.response.status}`,
        other,
      );
}

function jwkOf({ publicKey }: Pick<KeyPair, 'publicKey'>): object {
  return publicKey.export({ format: 'jwk' });
}
