import { BlockList, isIP } from 'node:net';
import { type Diagnosis, error, ok, warning } from './diagnosis.ts';
import type { DoctorSettings, Setting } from './settings.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Addresses must be absolute, and HTTPS beyond this machine: whoever can change a key set on its way can sign tokens. */
export function checkUrls(settings: DoctorSettings): Diagnosis[] {
  const { issuer, jwksUrl, publicIssuer, apiUrl } = settings;
  const given = {
    'issuer-url': issuer,
    'jwks-url': jwksUrl,
    'public-issuer-url': publicIssuer,
    'api-url': apiUrl,
  };
  const each = Object.entries(given).flatMap(([id, setting]) => (setting ? checkUrl(id, setting) : []));
  return [...each, ...checkSameIssuer(issuer, publicIssuer)];
}

/** The URL a setting holds, if it is one that can be asked. */
export function askable(setting: Setting | undefined): URL | undefined {
  if (setting === undefined || !URL.canParse(setting.value)) return undefined;
  const url = new URL(setting.value);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** Whether this host is the machine itself. */
export function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}

function checkUrl(id: string, setting: Setting): Diagnosis[] {
  const { place, value } = setting;
  const url = askable(setting);
  if (url === undefined) {
    return [
      error(
        id,
        `${place} is not an http or https URL: "${value}"`,
        'Write it whole, as in https://auth.example.org.',
      ),
    ];
  }
  if (url.username !== '' || url.password !== '')
    return [
      error(id, `${place} holds a user name or password`, 'Take it out: it ends up in logs and in tokens.'),
    ];
  const { hostname } = url;
  if (/(^|\.)example\.(com|org|net)$/.test(hostname)) {
    return [
      warning(
        id,
        `${place} is on ${hostname}, a name that guides use`,
        'Put the address of your own deployment there.',
      ),
    ];
  }
  if (url.protocol === 'https:' || isLocal(hostname)) return [ok(id, `${place} is ${value}`)];
  if (isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && !hostname.includes('.')) {
    return [
      warning(
        `${id}-http`,
        `${place} is plain HTTP to "${hostname}", a name of an inner network`,
        'This is fine inside one Compose or Kubernetes network that nobody else can reach; use HTTPS elsewhere.',
      ),
    ];
  }
  return [
    error(
      `${id}-http`,
      `${place} is plain HTTP, and ${hostname} is not this machine`,
      'Use https://: whoever sits in between can put a key of their own into the key set.',
    ),
  ];
}

function checkSameIssuer(issuer: Setting | undefined, publicIssuer: Setting | undefined): Diagnosis[] {
  if (issuer === undefined || publicIssuer === undefined || issuer.value === publicIssuer.value) return [];
  return [
    warning(
      'issuer-public-differs',
      `${issuer.place} is ${issuer.value}, but ${publicIssuer.place} is ${publicIssuer.value}`,
      'Browsers sign in at the second; tokens bear the issuer of the server that signs. Make them equal unless you mean it.',
    ),
  ];
}
