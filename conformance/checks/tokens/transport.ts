import { allOf, expectRefused, fail, notApplicable, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import { TargetError } from '../../http/index.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { foreignStatus } from '../foreign-status.ts';
import { acceptedAs } from '../identity.ts';
import { labelled, sendControl, withHeaders } from '../probes.ts';
import { rawBytes } from '../raw-bytes.ts';

/** Headers by which a gateway might tell who the caller is. */
const IDENTITY_HEADERS = ['X-User-Id', 'X-User', 'X-Forwarded-User', 'X-Auth-Request-User', 'Remote-User'];

/** Tokens that are odd only together with the request around them. */
export const transportChecks: readonly Check[] = [
  {
    id: 'jws-embedded-newline',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const segments = (await goodToken(lab.idp, lab.users.owner)).split('.');
      const findings: Finding[] = [];
      for (const [name, blank] of [
        ['a tab', '\t'],
        ['an encoded line break', '%0a'],
      ] as const) {
        for (const [at, segment] of ['header', 'payload', 'signature'].entries()) {
          const token = segments.map((text, index) => (index === at ? broken(text, blank) : text)).join('.');
          findings.push(await judgeRaw(lab, `${name} in the ${segment}`, token));
        }
      }
      return allOf(findings);
    },
  },
  {
    id: 'jws-detached-body',
    runs: 'beside',
    run: async (lab) => {
      const { ownedCreate } = lab.operations;
      const sample = ownedCreate ?? lab.operations.all.find(({ operation }) => operation.requestBody);
      if (sample === undefined) return notApplicable('the contract has no operation with a request body');
      await sendControl(lab, sample);
      const { owner } = lab.users;
      const { token, claims } = await lab.idp.mint({ claims: { ...owner.claims, sub: owner.sub } });
      const bodies = { 'as JSON': JSON.stringify(claims), encoded: token.split('.')[1] ?? '' };
      const findings: Finding[] = [];
      for (const forged of await lab.idp.forge('jws-detached-body', { claims })) {
        for (const [form, body] of Object.entries(bodies)) {
          const label = `${forged.variant}, in the body ${form}`;
          const exchange = await lab.target.send({ ...lab.request(sample, { ...forged, label }), body });
          // A body that is no JSON may be refused for that, where the parser comes before the guard.
          const status = form === 'encoded' ? [401, 400, 415, 422] : [401];
          findings.push(labelled(expectRefused(exchange, { status, codes: ['invalid_token'] }), label));
        }
      }
      return allOf(findings);
    },
  },
  {
    id: 'claims-dup-header-body',
    runs: 'beside',
    run: async (lab) => {
      const { owner, other } = lab.users;
      const { primary, ownedRead } = lab.operations;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, owner);
      const contradiction = IDENTITY_HEADERS.map((name) => [name, other.sub] as const);
      const own = lab.request(primary, { token, label: 'good token' });
      const findings = [acceptedAs(lab, await lab.target.send(withHeaders(own, contradiction)), owner)];
      if (ownedRead) {
        const foreign = lab.request(ownedRead, { as: other, token, label: 'good token' });
        const exchange = await lab.target.send(withHeaders(foreign, contradiction));
        findings.push(labelled(expectRefused(exchange, { status: foreignStatus(lab) }), "other user's path"));
      }
      return allOf(findings);
    },
  },
];

function broken(segment: string, blank: string): string {
  const middle = Math.floor(segment.length / 2);
  return segment.slice(0, middle) + blank + segment.slice(middle);
}

/** A strict HTTP server may refuse the bytes before the API sees them (RFC 9110 §5.5), also without an answer. */
async function judgeRaw(lab: Lab, label: string, token: string): Promise<Finding> {
  const expected = 'refused with 401 or 400';
  const request = lab.request(lab.operations.primary, { token, label });
  try {
    const [exchange] = await lab.target.sendRaw(rawBytes(lab.target, [request]), {
      secrets: request.secrets,
    });
    if (exchange === undefined) return pass(expected, 'the connection was closed without an answer');
    const refused = [400, 401].includes(exchange.response.status);
    return labelled((refused ? pass : fail)(expected, observedAnswer(exchange), exchange), label);
  } catch (error) {
    if (!(error instanceof TargetError) || error.code !== 'closed') throw error;
    return pass(expected, 'the connection was closed without an answer');
  }
}
