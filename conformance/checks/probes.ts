import { allOf, NotTestable, observedAnswer, pass } from '../finding.ts';
import { TargetError } from '../http/index.ts';
import type {
  Exchange,
  Finding,
  Lab,
  Principal,
  RequestOptions,
  RequestSpec,
  SampleOperation,
} from '../model.ts';
import { goodToken } from '../lab.ts';

/** One of several requests that a rule judges alike. */
export interface Probe {
  /** What is peculiar to it, for the report. */
  readonly label: string;
  readonly request: RequestSpec;
}

export interface SeriesOptions {
  /**
   * A connection closed without an answer is a refusal too; for requests that a strict HTTP parser need not answer
   * (RFC 9112 §2.2, §11.2). Default: it is a failure.
   */
  readonly silenceRefuses?: boolean;
}

/** Sends the probes one after the other, up to the first that breaks the rule; its label goes into the finding. */
export async function judgeEach(
  lab: Lab,
  probes: readonly Probe[],
  judge: (exchange: Exchange, probe: Probe) => Finding | Promise<Finding>,
  options: SeriesOptions = {},
): Promise<Finding> {
  const findings: Finding[] = [];
  for (const probe of probes) {
    const exchange = await sendProbe(lab, probe, options);
    const finding =
      exchange === undefined
        ? pass('refused', 'the connection was closed without an answer')
        : await judge(exchange, probe);
    if (finding.outcome !== 'pass') return labelled(finding, probe.label);
    findings.push(finding);
  }
  return allOf(findings);
}

async function sendProbe(
  lab: Lab,
  probe: Probe,
  { silenceRefuses = false }: SeriesOptions,
): Promise<Exchange | undefined> {
  try {
    return await lab.target.send(probe.request);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    if (silenceRefuses && error.code === 'closed') return undefined;
    throw new TargetError(error.code, `${probe.label}: ${error.message}`);
  }
}

/** The finding with the name of the probe before what was seen. */
export function labelled(finding: Finding, label: string): Finding {
  return label === '' ? finding : { ...finding, observed: `${label}: ${finding.observed}` };
}

/**
 * The answer to the plain request with a good token: the control without which a refusal proves nothing.
 *
 * @throws NotTestable where it is no success
 */
export async function sendControl(
  lab: Lab,
  sample: SampleOperation,
  user: Principal = lab.users.owner,
): Promise<Exchange> {
  const exchange = await sendAs(lab, sample, user);
  if (!isSuccess(exchange)) {
    throw new NotTestable(
      `${sample.operation.method} ${sample.operation.path} with a good token ${observedAnswer(exchange)}`,
    );
  }
  return exchange;
}

/** The plain request with a good token of this user, under the path of this user or of `as`. */
export async function sendAs(
  lab: Lab,
  sample: SampleOperation,
  user: Principal,
  options: Pick<RequestOptions, 'as'> = {},
): Promise<Exchange> {
  const token = await goodToken(lab.idp, user);
  return lab.target.send(lab.request(sample, { as: user, ...options, token, label: 'good token' }));
}

/** The request with further header lines after its own. */
export function withHeaders(
  request: RequestSpec,
  headers: RequestSpec['headers'],
  secrets: RequestSpec['secrets'] = [],
): RequestSpec {
  return { ...request, headers: [...request.headers, ...headers], secrets: [...request.secrets, ...secrets] };
}

/** The request with a query parameter added; the value goes out as it stands. */
export function withQuery(request: RequestSpec, query: string): RequestSpec {
  return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${query}` };
}

/** The request for a path below its own that no API has. */
export function unknownRoute(request: RequestSpec): RequestSpec {
  return { ...request, path: `${request.path.split('?')[0] ?? ''}/no-such-route-of-gateproof/none` };
}

export function isSuccess({ response: { status } }: Exchange): boolean {
  return status >= 200 && status < 300;
}
