/** One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1). Scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: readonly { readonly name: string; readonly value: string }[];
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[\\t !#-\\[\\]-~\\u0080-\\u00ff]|\\\\[\\t -~\\u0080-\\u00ff])*"';
const PARAM = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(${TOKEN}|${QUOTED})`);
const SCHEME = new RegExp(`^(${TOKEN})(?: +|$|(?=[ \\t]*,))`);
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/;
const COMMA = /^[ \t]*,[ \t,]*/;

/**
 * The challenges of one field value, or `undefined` where it breaks the grammar of RFC 9110 §11.2 and §11.6.1.
 * A parameter belongs to the last scheme named.
 */
export function parseChallenges(value: string): readonly Challenge[] | undefined {
  const challenges: { scheme: string; params: { name: string; value: string }[] }[] = [];
  let rest = value.trim();
  while (rest.length > 0) {
    const current = challenges.at(-1);
    const param = PARAM.exec(rest);
    if (param && current) {
      current.params.push({ name: (param[1] ?? '').toLowerCase(), value: unquote(param[2] ?? '') });
      rest = rest.slice(param[0].length);
    } else {
      const scheme = SCHEME.exec(rest);
      if (!scheme) return undefined;
      challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), params: [] });
      rest = rest.slice(scheme[0].length);
      if (PARAM.test(rest)) continue;
      rest = rest.replace(TOKEN68, '');
    }
    const comma = COMMA.exec(rest);
    if (rest.length > 0 && !comma) return undefined;
    rest = rest.slice(comma?.[0].length ?? 0);
  }
  return challenges.length === 0 ? undefined : challenges;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
