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
  twoOfOneKid('key-dup-kid-rsa', 'the last', 'the first'),
  twoOfOneKid('key-dup-kid-hidden', 'the first', 'the last'),
];

type Place = 'the first' | 'the last';

/** A check that a token of one of two keys is accepted where a token of the other is. */
function twoOfOneKid(id: string, served: Place, other: Place): Check {
  return keyStory(id, STEADY, async (lab) => {
    const kid = newKid();
    const keys = [
      publishedAs(await rsaPair(), {}, 'the first', kid),
      publishedAs(await rsaPair(), {}, 'the last', kid),
    ];
    const answers = await answersTo(lab, keys);
    const findings = [...answers].map(([place, exchange]) => labelled(judgeAnswer(lab, exchange), place));
    return firstFailure([...findings, judgeBoth(answers, served, other)]);
  });
}

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
    const sent = { label: `token of ${key.label} of two keys`, token: await key.token(lab) };
    answers.set(key.label, await ask(lab, sent));
  }
  return answers;
}

function judgeAnswer(lab: Lab, exchange: Exchange): Finding {
  return isSuccess(exchange)
    ? acceptedAs(lab, exchange, lab.users.owner)
    : expectRefused(exchange, { codes: ['invalid_token'] });
}

function judgeBoth(answers: Answers, served: Place, other: Place): Finding {
  const expected = `the token of ${other} of two keys with one kid accepted where that of ${served} is`;
  const [one, two] = [answers.get(served), answers.get(other)];
  if (one === undefined || two === undefined) throw new Error('a token was not sent');
  const observed = `the token of ${served} ${observedAnswer(one)}, that of ${other} ${observedAnswer(two)}`;
  return isSuccess(one) && !isSuccess(two) ? fail(expected, observed, two) : pass(expected, observed, two);
}

function jwkOf({ publicKey }: Pick<KeyPair, 'publicKey'>): object {
  return publicKey.export({ format: 'jwk' });
}
