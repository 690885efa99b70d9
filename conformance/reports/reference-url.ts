const SITES: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /^RFC (\d+)(?: (.*))?$/,
    ([, rfc = '', place]) => `https://www.rfc-editor.org/rfc/rfc${rfc}${anchor(place)}`,
  ],
  [/^RFC (\d+)bis\b/, ([, rfc = '']) => `https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc${rfc}bis/`],
  [/^(draft-[\w-]+)/, ([, draft = '']) => `https://datatracker.ietf.org/doc/${draft}/`],
  [/^(CVE-\d{4}-\d+)$/, ([, cve = '']) => `https://nvd.nist.gov/vuln/detail/${cve}`],
  [/^CWE-(\d+)$/, ([, cwe = '']) => `https://cwe.mitre.org/data/definitions/${cwe}.html`],
  [
    /^OpenID Connect (Core|Discovery) 1\.0\b/,
    ([, part = '']) => `https://openid.net/specs/openid-connect-${part.toLowerCase()}-1_0.html`,
  ],
  [/^Fetch\b/, () => 'https://fetch.spec.whatwg.org/'],
  [/^OWASP API\d+:2023/, () => 'https://owasp.org/API-Security/editions/2023/en/0x11-t10/'],
];

/** Where a reference of a requirement can be read: `RFC 7519 §4.1.4`, `CVE-2015-9235`; `undefined` for an unknown kind. */
export function referenceUrl(reference: string): string | undefined {
  for (const [pattern, url] of SITES) {
    const match = pattern.exec(reference);
    if (match) return url(match);
  }
  return undefined;
}

/** The RFC Editor names sections `section-4.1.4` and appendices `appendix-A.1`. */
function anchor(place = ''): string {
  const section = /^§(\d+(?:\.\d+)*)/.exec(place)?.[1];
  if (section !== undefined) return `#section-${section}`;
  const appendix = /^Appendix ([A-Z](?:\.\d+)*)/.exec(place)?.[1];
  return appendix === undefined ? '' : `#appendix-${appendix}`;
}
