import { expectRefused, fail, headerValues, jsonBody, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { badCredentials, wronglySigned } from '../bad-credentials.ts';
import { goodToken } from '../../lab.ts';
import { judgeEach, type Probe, sendControl, withQuery } from '../probes.ts';
import { notApplicable } from '../../finding.ts';

/** What browsers send, and what other clients that expect a page might. */
const PAGE_TYPES = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'application/xml',
  '*/*;q=0.1',
];

/** What a refusal looks like, and what it must not look like. */
export const shapeChecks: readonly Check[] = [
  {
    id: 'err-accept-html',
    runs: 'beside',
    run: (lab) =>
      tryRefusals(lab, (exchange) => {
        const isJson = jsonBody(exchange) !== undefined;
        const type = headerValues(exchange, 'content-type').join() || 'no content type';
        return (isJson ? pass : fail)('a JSON body', `${observedAnswer(exchange)}, ${type}`, exchange);
      }),
  },
  {
    id: 'err-no-redirect',
    runs: 'beside',
    run: (lab) =>
      tryRefusals(lab, (exchange) =>
        expectRefused(exchange, { expected: 'refused with 401, not redirected' }),
      ),
  },
  {
    id: 'err-challenge-no-error-when-anonymous',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const probes = lab.operations.all.map((sample) => ({
        label: sample.operation.id,
        request: lab.request(sample, {}),
      }));
      return judgeEach(lab, probes, (exchange) => expectRefused(exchange, { codes: [], challenge: null }));
    },
  },
  {
    id: 'err-challenge-invalid-token',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const sent = (await badCredentials(lab, lab.users.owner)).filter(({ token }) => token !== undefined);
      const probes = lab.operations.all.flatMap((sample) =>
        sent.map((credential) => ({
          label: `${sample.operation.id}, ${credential.label}`,
          request: lab.request(sample, credential),
        })),
      );
      return judgeEach(lab, probes, (exchange) =>
        expectRefused(exchange, { codes: [], challenge: 'invalid_token' }),
      );
    },
  },
  {
    id: 'err-challenge-invalid-request',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, lab.users.owner);
      const request = lab.request(primary, { token, label: 'good token' });
      const exchange = await lab.target.send(withQuery(request, `access_token=${token}`));
      if (exchange.response.status !== 400) {
        return notApplicable(
          `a token in header and query is not answered 400 but ${exchange.response.status}`,
        );
      }
      return expectRefused(exchange, { status: 400, codes: [], challenge: 'invalid_request' });
    },
  },
  {
    id: 'err-no-expected-signature',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const good = await goodToken(lab.idp, lab.users.owner);
      const [, , signature = ''] = good.split('.');
      const moduli = (await lab.idp.keys()).map(({ publicJwk }) => publicJwk['n']);
      const plain = lab.request(primary, { token: flipped(good), label: 'wrong signature' });
      const exchange = await lab.target.send({
        ...plain,
        secrets: [...plain.secrets, { value: signature, label: 'right signature' }],
      });
      const { status, body } = exchange.response;
      const expected = 'refused without a signature or key';
      if (body.includes('[right signature]')) {
        return fail(expected, `answered ${status} with the signature that would have been right`, exchange);
      }
      if (moduli.some((modulus) => typeof modulus === 'string' && body.includes(modulus))) {
        return fail(expected, `answered ${status} with a key`, exchange);
      }
      return expectRefused(exchange, { codes: ['invalid_token'] });
    },
  },
  {
    id: 'err-no-crlf-injection',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner } = lab.users;
      await sendControl(lab, primary);
      const claims = { ...owner.claims, sub: owner.sub };
      const plain = await lab.target.send(
        lab.request(primary, { token: await wronglySigned(lab, owner), label: 'wrong signature' }),
      );
      const names = fieldNames(plain);
      const probes: Probe[] = [];
      for (const text of [
        'x\r\nX-Injected: yes',
        'x"\r\nX-Injected: yes',
        'x\nX-Injected: yes',
        '", error="none',
      ]) {
        const tokens = {
          kid: await lab.idp.mint({ claims, header: { kid: text }, key: 'unpublished' }),
          typ: await lab.idp.mint({ claims, header: { typ: text } }),
          iss: await lab.idp.mint({ claims: { ...claims, iss: text } }),
          aud: await lab.idp.mint({ claims: { ...claims, aud: text } }),
        };
        for (const [where, { token }] of Object.entries(tokens)) {
          const label = `${where} with ${JSON.stringify(text)}`;
          probes.push({ label, request: lab.request(primary, { token, label: where }) });
        }
      }
      // Whether the token is refused is judged elsewhere; a refusal must look like any other.
      return judgeEach(lab, probes, (exchange) => {
        const expected = 'the headers of any refusal, and nothing of the token in them';
        const { status } = exchange.response;
        if (fieldNames(exchange).includes('x-injected')) {
          return fail(expected, `answered ${status} with the header X-Injected of the token`, exchange);
        }
        if (status !== 401) return pass(expected, observedAnswer(exchange), exchange);
        const added = fieldNames(exchange).filter((name) => !names.includes(name));
        if (added.length > 0) return fail(expected, `further headers: ${added.join(', ')}`, exchange);
        const challenge = headerValues(exchange, 'www-authenticate').join();
        return challenge === headerValues(plain, 'www-authenticate').join()
          ? pass(expected, observedAnswer(exchange), exchange)
          : fail(expected, `the challenge depends on the token: ${challenge}`, exchange);
      });
    },
  },
];

/** Refusals as a browser gets them: without a token, and with a bad one. */
async function tryRefusals(lab: Lab, judge: (exchange: Exchange) => Finding): Promise<Finding> {
  const { primary } = lab.operations;
  await sendControl(lab, primary);
  const token = await wronglySigned(lab, lab.users.owner);
  const plain = [lab.request(primary, {}), lab.request(primary, { token, label: 'wrong signature' })];
  const probes = plain.flatMap((request, at) =>
    PAGE_TYPES.map((accept): Probe => ({
      label: `${at === 0 ? 'no token' : 'wrong signature'}, Accept: ${accept}`,
      request: {
        ...request,
        headers: [
          ...request.headers.filter(([name]) => name.toLowerCase() !== 'accept'),
          ['Accept', accept],
          ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
          ['Sec-Fetch-Mode', 'navigate'],
        ],
      },
    })),
  );
  return judgeEach(lab, probes, judge);
}

/** The token with one bit of its signature changed in the decoded bytes. */
function flipped(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return [header, payload, bytes.toString('base64url')].join('.');
}

function fieldNames({ response }: Exchange): readonly string[] {
  return response.headers.map(([name]) => name.toLowerCase());
}
