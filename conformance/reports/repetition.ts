import type { Exchange, Report } from '../model.ts';
import { quote, quoteWith } from './shell.ts';

/** How to send a request again by hand. */
export interface Repetition {
  /** Commands for a POSIX shell: one per token, then curl. Empty where none would do. */
  readonly commands: readonly string[];
  /** Why there are none, or what they cannot show. */
  readonly note?: string;
}

const DEFAULT_IDP = 'http://127.0.0.1:4000';
const LONGEST_LINE = 84;
/** What curl computes itself, or takes for something else than a field. */
const CURLS_OWN = /^(?:content-length|transfer-encoding|connection|expect|upgrade|te|trailer)$/i;
const STORY =
  'One step of a story: the check changed keys or broke their endpoint before. On its own, it may get another answer.';

/** What must be there before a request can be repeated; `undefined` where it is. */
export function beforeRepeating({ launched }: Pick<Report, 'launched'>): string | undefined {
  return launched
    ? 'To repeat a request: start "npx gateproof idp", start your backend with the settings it prints, and set URL to where it listens, e.g. URL=http://127.0.0.1:8000.'
    : undefined;
}

/** The commands that send the request again. A token is made by `gateproof token`, never shown. */
export function repetitionOf(
  exchange: Exchange,
  report: Pick<Report, 'target' | 'launched' | 'idp'>,
): Repetition {
  const { request, repeat } = exchange;
  if (repeat === undefined) return { commands: [] };
  if (repeat.raw)
    return { commands: [], note: 'The check wrote these bytes itself; curl would change them.' };
  const tokens = repeat.tokens.filter(
    ({ label }, at) =>
      repeat.tokens.findIndex((token) => token.label === label) === at && isIn(request, `[${label}]`),
  );
  const homemade = tokens.find(({ make }) => make === undefined);
  if (homemade) {
    return {
      commands: [],
      note: `The check made the token "${homemade.label}" itself; gateproof token does not make it.`,
    };
  }
  const variables = new Map(tokens.map(({ label }, at) => [`[${label}]`, `TOKEN${at === 0 ? '' : at + 1}`]));
  const odd = oddityOf(request, variables);
  if (odd !== undefined) return { commands: [], note: `curl cannot send this request as it was: ${odd}.` };
  const idp = report.launched || report.idp === DEFAULT_IDP ? [] : ['--idp', report.idp];
  return {
    commands: [
      ...tokens.map(({ label, make = [] }) => {
        const command = ['npx', 'gateproof', 'token', ...idp, ...make].map(quote).join(' ');
        return `${variables.get(`[${label}]`) ?? ''}=$(${command})`;
      }),
      curl(request, variables, report),
    ],
    ...(repeat.story && { note: STORY }),
  };
}

type Request = Exchange['request'];

function textsOf({ path, headers, body = '' }: Request): readonly string[] {
  return [path, ...headers.flat(), body];
}

function isIn(request: Request, mark: string): boolean {
  return textsOf(request).some((text) => text.includes(mark));
}

/** What of the request does not survive a shell and curl. */
function oddityOf(request: Request, variables: ReadonlyMap<string, string>): string | undefined {
  const texts = textsOf(request).map((text) =>
    [...variables.keys()].reduce((rest, mark) => rest.replaceAll(mark, ''), text),
  );
  if (texts.some((text) => /… \(\d+ more characters\)$/.test(text)))
    return 'this report shows only its beginning';
  if (texts.some((text) => /\[a token\]|\[(?:header|payload|signature) of /.test(text))) {
    return 'a token in it was taken apart';
  }
  if (!/^\/[!-~]*$/.test(texts[0] ?? '')) return 'its path is not printable ASCII';
  for (const [name, value] of request.headers) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'the name of a header is none';
    if (CURLS_OWN.test(name)) return `curl sets ${name} itself`;
    if (!/^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value)) return `the value of ${name} is not plain text`;
  }
  if (/[^\n\r\t -~]/.test(request.body ?? '')) return 'its body is not plain text';
  return undefined;
}

function curl(
  request: Request,
  variables: ReadonlyMap<string, string>,
  { target, launched }: Pick<Report, 'target' | 'launched'>,
): string {
  const { method, path, headers, body } = request;
  const has = (name: string): boolean => headers.some(([field]) => field.toLowerCase() === name);
  const base = launched ? '$URL' : target;
  // The base path of a running target is a part of the request's path already.
  const origin = launched ? base : (URL.parse(target)?.origin ?? target);
  const isOdd = /[#\\^`"<>|{}[\]]|\/\.|^\/\//.test(path);
  const words = [
    'curl -i',
    ...(method === 'GET' ? [] : [method === 'HEAD' ? '--head' : `-X ${quote(method)}`]),
    // curl would add one of its own.
    ...(has('accept') ? [] : ["-H 'Accept:'"]),
    ...(body === undefined || has('content-type') ? [] : ["-H 'Content-Type:'"]),
    ...headers.map(
      ([name, value]) => `-H ${quoteWith(value === '' ? `${name};` : `${name}: ${value}`, variables)}`,
    ),
    ...(body === undefined ? [] : [`--data-raw ${quoteWith(body, variables)}`]),
    // Neither dots nor brackets are for curl to interpret.
    ...(isOdd ? [`--path-as-is --globoff --request-target ${quoteWith(path, variables)}`] : []),
    launched
      ? `"$URL"${isOdd ? '' : quoteWith(path, variables)}`
      : quoteWith(isOdd ? origin : origin + path, variables),
  ];
  return inLines(words);
}

/** Broken between options, as a shell allows it. */
function inLines(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(' \\\n  ');
}
