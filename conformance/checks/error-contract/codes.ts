import {
  allOf,
  errorCode,
  expectRefused,
  fail,
  headerValues,
  jsonBody,
  NotTestable,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, SampleOperation } from '../../model.ts';
import { badCredentials, type Credential, expired, wronglySigned } from '../bad-credentials.ts';
import { foreignStatus } from '../foreign-status.ts';
import { labelled, sendControl } from '../probes.ts';

/** Which code and message each cause has, and that each has one. */
export const codeChecks: readonly Check[] = [
  {
    id: 'err-code-stable',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const findings: Finding[] = [];
      for (const credential of await badCredentials(lab, lab.users.owner)) {
        const thrice = lab.operations.all.flatMap((sample) => [sample, sample, sample]);
        const refusals = await refusalsOf(lab, thrice, credential);
        findings.push(labelled(expectAlike(refusals, codeAndMessage), credential.label));
      }
      return allOf(findings);
    },
  },
  {
    id: 'err-code-distinct-403',
    runs: 'beside',
    run: async (lab) => {
      const { ownedRead, primary } = lab.operations;
      if (ownedRead === undefined)
        return notApplicable('the contract has no read whose path names its owner');
      await sendControl(lab, ownedRead);
      const { owner, other } = lab.users;
      const token = await goodToken(lab.idp, other);
      const foreign = await lab.target.send(
        lab.request(ownedRead, { as: owner, token, label: "other user's token" }),
      );
      const missing = await lab.target.send(lab.request(primary, {}));
      const invalid = await lab.target.send(lab.request(primary, await wrong(lab)));
      return allOf([
        expectRefused(foreign, { status: foreignStatus(lab) }),
        expectDifferent(lab, foreign, missing),
        expectDifferent(lab, foreign, invalid),
      ]);
    },
  },
  {
    id: 'err-code-missing-vs-invalid',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const missing = await lab.target.send(lab.request(primary, {}));
      const invalid = await lab.target.send(lab.request(primary, await wrong(lab)));
      return expectDifferent(lab, missing, invalid);
    },
  },
  {
    id: 'err-code-expired',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const token = await expired(lab, lab.users.owner);
      const refusals = await refusalsOf(lab, lab.operations.all, { token, label: 'expired' });
      const codes = declares(lab, 'token_expired') ? ['token_expired'] : ['token_expired', 'invalid_token'];
      return allOf([
        ...refusals.map(({ label, exchange }) => labelled(expectRefused(exchange, { codes }), label)),
        expectAlike(refusals, errorCode),
      ]);
    },
  },
  {
    id: 'err-uniform-reason',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const refusals: Refusal[] = [];
      for (const { label, token } of await refusedForDifferentReasons(lab)) {
        refusals.push({ label, exchange: await lab.target.send(lab.request(primary, { token, label })) });
      }
      return expectAlike(refusals, (exchange) => [
        exchange.response.status,
        exchange.response.body,
        ...headerValues(exchange, 'www-authenticate'),
      ]);
    },
  },
];

async function wrong(lab: Lab): Promise<{ readonly token: string; readonly label: string }> {
  return { token: await wronglySigned(lab, lab.users.owner), label: 'wrong signature' };
}

async function refusedForDifferentReasons(
  lab: Lab,
): Promise<readonly { readonly label: string; readonly token: string }[]> {
  const { owner } = lab.users;
  const claims = { ...owner.claims, sub: owner.sub };
  const unknown = await lab.idp.mint({ claims, key: 'unpublished' });
  const [algorithm] = await lab.idp.forge('alg-rs384-rs512', { claims });
  const issuer = await lab.idp.mint({ claims: { ...claims, iss: 'https://issuer.example' } });
  const audience = await lab.idp.mint({ claims: { ...claims, aud: 'https://api.example' } });
  return [
    { label: 'wrong signature', token: await wronglySigned(lab, owner) },
    { label: 'unknown key', token: unknown.token },
    { label: 'wrong algorithm', token: algorithm?.token ?? '' },
    { label: 'wrong issuer', token: issuer.token },
    { label: 'wrong audience', token: audience.token },
  ];
}

/** Whether the 401 of the contract speaks of this code. */
function declares({ operations }: Lab, code: string): boolean {
  return JSON.stringify(operations.primary.operation.responses['401']?.content ?? {}).includes(`"${code}"`);
}

function codeAndMessage(exchange: Exchange): unknown {
  const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
  return [exchange.response.status, body?.['error_code'], body?.['message']];
}

interface Refusal {
  /** The operation or the fault, for the report. */
  readonly label: string;
  readonly exchange: Exchange;
}

async function refusalsOf(
  lab: Lab,
  samples: readonly SampleOperation[],
  credential: Credential,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (const sample of samples) {
    refusals.push({
      label: sample.operation.id,
      exchange: await lab.target.send(lab.request(sample, credential)),
    });
  }
  return refusals;
}

/** Judges that the same is seen in all answers. */
function expectAlike(refusals: readonly Refusal[], aspect: (exchange: Exchange) => unknown): Finding {
  const [first, ...rest] = refusals;
  if (first === undefined) throw new NotTestable('there is no answer to compare');
  const expected = 'the same answer to the same fault';
  const wanted = JSON.stringify(aspect(first.exchange));
  const odd = rest.find(({ exchange }) => JSON.stringify(aspect(exchange)) !== wanted);
  if (odd !== undefined) return fail(expected, `${describe(first)}, but ${describe(odd)}`, odd.exchange);
  return pass(expected, `${observedAnswer(first.exchange)}, ${refusals.length} times alike`, first.exchange);
}

function describe({ label, exchange }: Refusal): string {
  const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
  const message = typeof body?.['message'] === 'string' ? ` and "${body['message'].slice(0, 100)}"` : '';
  return `${label}: ${observedAnswer(exchange)}${message}`;
}

function expectDifferent(lab: Lab, one: Exchange, another: Exchange): Finding {
  const expected = 'a different error_code for each cause';
  const [first, second] = [errorCode(one), errorCode(another)];
  const observed = `${observedAnswer(one)}, and ${observedAnswer(another)}`;
  if (first === undefined && second === undefined && !declares(lab, 'error_code')) {
    return notApplicable('the errors of the contract have no error_code');
  }
  if (first === undefined && second === undefined)
    return fail(expected, `${observed}, neither with an error_code`, one);
  return (first === second ? fail : pass)(expected, observed, another);
}
