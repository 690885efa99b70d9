import type { ClockChange, ClockInfo, IssuerControl, IssuersInfo, MockIdpControl } from './control.ts';
import { type ConnectOptions, createControlClient } from './control-client.ts';
import { MockIdpError } from './errors.ts';
import { assertIssuerName } from './issuer-name.ts';
import { RemoteIssuer } from './remote-issuer.ts';

/**
 * The control of a mock identity provider that runs elsewhere.
 * @param url of the server
 * @throws MockIdpError `unreachable` where no mock identity provider answers, `control_token_required`
 */
export async function connectMockIdp(url: string, options: ConnectOptions = {}): Promise<MockIdpControl> {
  if (!/^https?:/u.test(url) || !URL.canParse(url)) {
    throw new MockIdpError('invalid_request', `"${url.slice(0, 200)}" is no absolute http or https URL`);
  }
  const base = url.replace(/\/+$/u, '');
  const client = createControlClient(base, options);
  const known = (await client.send('GET', '/issuers')) as IssuersInfo;
  const controls = new Map<string, IssuerControl>();
  return {
    url: base,
    issuer: (name = ''): IssuerControl => {
      const control = controls.get(name) ?? open(name, base, known, options);
      controls.set(name, control);
      return control;
    },
    clock: async () => (await client.send('GET', '/clock')) as ClockInfo,
    setClock: async (change: ClockChange) => (await client.send('POST', '/clock', change)) as ClockInfo,
  };
}

function open(name: string, base: string, known: IssuersInfo, options: ConnectOptions): IssuerControl {
  assertIssuerName(name);
  const { issuer, jwksUrl, audience } = known.template;
  const info = known.issuers.find((each) => each.name === name) ?? {
    audience,
    issuer: issuer.replace('{name}', name),
    jwksUrl: jwksUrl.replace('{name}', name),
  };
  return new RemoteIssuer(info, createControlClient(name === '' ? base : `${base}/${name}`, options));
}
