import { allOf, expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import { goodToken, ownerIdOf } from '../../lab.ts';
import type { Check, Finding } from '../../model.ts';
import { badCredentials } from '../bad-credentials.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, labelled, sendControl, withHeaders, withQuery } from '../probes.ts';
import { foreignStatus } from '../foreign-status.ts';
import { expectClosed, foreignReadCheck } from './foreign-read.ts';
import { ownerPath } from './owner-path.ts';
import { headerValues } from '../../finding.ts';

/** Names under which APIs take an owner from the query. */
const OWNER_PARAMETERS = [
  'user_id',
  'userId',
  'userId[]',
  'user_id[]',
  'owner_id',
  'owner',
  'user',
  'sub',
  'uid',
];

/** Reads of another user's collection. */
export const crossReadChecks: readonly Check[] = [
  foreignReadCheck('cross-get', async (lab, { sample, victim, attacker, item, attack }) => {
    const there = await lab.target.send(attack);
    const token = await goodToken(lab.idp, victim);
    const back = await lab.target.send(
      lab.request(sample, { as: attacker, token, label: "other user's token" }),
    );
    return allOf([
      labelled(expectClosed(there, foreignStatus(lab), { item, victim }), `${attacker.sub} at ${victim.sub}`),
      labelled(
        expectClosed(back, foreignStatus(lab), { item: undefined, victim: attacker }),
        `${victim.sub} at ${attacker.sub}`,
      ),
    ]);
  }),
  foreignReadCheck('cross-get-nonexistent', async (lab, { sample, victim, item, attack }) => {
    const existing = await lab.target.send(attack);
    const absent = await lab.target.send({
      ...attack,
      path: ownerPath(lab, sample, '3f6c1d5e-2b7a-4c89-9e10-5d4f8a7b6c21'),
    });
    const closed = expectClosed(existing, foreignStatus(lab), { item, victim });
    const same =
      existing.response.status === absent.response.status && existing.response.body === absent.response.body;
    const expected = 'the same answer whether or not the other user exists';
    const observed = `existing: ${observedAnswer(existing)}; unknown: ${observedAnswer(absent)}`;
    return allOf([closed, (same ? pass : fail)(expected, observed + (same ? '' : ', not alike'), absent)]);
  }),
  foreignReadCheck('cross-precedence-noauth', async (lab, { sample, victim, attacker }) => {
    const probes = (await badCredentials(lab, attacker)).map((credential) => ({
      label: credential.label,
      request: lab.request(sample, { as: victim, ...credential }),
    }));
    return judgeEach(lab, probes, (exchange) => expectRefused(exchange));
  }),
  foreignReadCheck('cross-conditional', async (lab, read) => {
    const own = await sendControl(lab, read.sample, read.victim);
    const etags = [...headerValues(own, 'etag'), '*', 'W/"gateproof"'];
    const conditions = [
      ...etags.map((etag) => ['If-None-Match', etag] as const),
      ['If-Match', '"gateproof"'] as const,
      ['If-Modified-Since', 'Fri, 01 Jan 2100 00:00:00 GMT'] as const,
      ['If-Unmodified-Since', 'Sat, 01 Jan 2000 00:00:00 GMT'] as const,
    ];
    const probes = conditions.map(([name, value]) => ({
      label: `${name}: ${value}`,
      request: withHeaders(read.attack, [[name, value]]),
    }));
    return judgeEach(lab, probes, (exchange) => expectClosed(exchange, foreignStatus(lab), read));
  }),
  foreignReadCheck('cross-range', async (lab, read) => {
    const probes = ['bytes=0-10', 'bytes=999999999-'].map((range) => ({
      label: `Range: ${range}`,
      request: withHeaders(read.attack, [['Range', range]]),
    }));
    return judgeEach(lab, probes, (exchange) => expectClosed(exchange, foreignStatus(lab), read));
  }),
  foreignReadCheck('cross-cached', async (lab, read) => {
    const findings: Finding[] = [];
    for (let round = 0; round < 3; round += 1) {
      await sendControl(lab, read.sample, read.victim);
      findings.push(expectClosed(await lab.target.send(read.attack), foreignStatus(lab), read));
    }
    return labelled(allOf(findings), 'right after the owner');
  }),
  foreignReadCheck('cross-query-owner', async (lab, read) => {
    const { sample, victim, attacker, token } = read;
    const own = lab.request(sample, { as: attacker, token, label: 'good token' });
    const victimId = ownerIdOf(sample, victim);
    const probes = OWNER_PARAMETERS.map((name) => ({
      label: `?${name}=${victimId}`,
      request: withQuery(own, `${name}=${encodeURIComponent(victimId)}`),
    }));
    return judgeEach(lab, probes, (exchange) =>
      isSuccess(exchange)
        ? allOf([
            acceptedAs(lab, exchange, attacker),
            expectOwnOnly(expectClosed(exchange, [exchange.response.status], read)),
          ])
        : expectClosed(exchange, [400, 403, 404, 422], read),
    );
  }),
];

function expectOwnOnly(finding: Finding): Finding {
  return { ...finding, expected: "the caller's own data" };
}
