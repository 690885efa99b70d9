import { headerValues } from '../../finding.ts';
import type { Evidence, Invariant } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { judgeEveryAnswer } from './every-answer.ts';
import { operationOf } from './operation-of.ts';

const API_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Directives of Cache-Control, in lower case. */
function directivesOf(exchange: RecordedExchange): readonly string[] {
  const value = headerValues(exchange, 'cache-control').join(',').toLowerCase();
  return value.split(',').flatMap((directive) => (directive.trim() === '' ? [] : [directive.trim()]));
}

function shown(directives: readonly string[]): string {
  return directives.length === 0 ? 'no Cache-Control' : `Cache-Control: ${directives.join(', ')}`;
}

/** Whether the API itself gave this answer, and not the HTTP server before it. */
function isOfApi({ request, response, raw }: RecordedExchange): boolean {
  return !raw && API_METHODS.has(request.method) && ![400, 413, 414, 431].includes(response.status);
}

export const fieldInvariants: readonly Invariant[] = [
  {
    id: 'ok-cache-control',
    judge: (evidence) =>
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'no-store or private on personal data, and no lifetime for shared caches',
        kind: 'a success of a protected operation',
        applies: (exchange) => exchange.response.status < 300 && isGuarded(evidence, exchange),
        fault: (exchange) => {
          const directives = directivesOf(exchange);
          if (directives.includes('no-store') || directives.includes('private')) return undefined;
          const operation = operationOf(evidence, exchange.request);
          const declared = operation?.responses[String(exchange.response.status)]?.headers['cache-control'];
          const lasting = directives.some((directive) =>
            /^(?:public|s-maxage=|max-age=[1-9])/.test(directive),
          );
          return lasting || declared?.required === true ? shown(directives) : undefined;
        },
      }),
  },
  {
    id: 'err-not-heuristically-cached',
    judge: (evidence) => {
      const { path } = evidence.operations.primary.operation;
      const prefix = evidence.basePath + path.replace(/\/\{.*$|[^/]*$/, '');
      return judgeEveryAnswer(evidence.exchanges, {
        expected: 'no-store on 404 and 405 below a protected path',
        kind: 'a 404 or 405 below a protected path',
        applies: (exchange) =>
          [404, 405].includes(exchange.response.status) &&
          isOfApi(exchange) &&
          exchange.request.path.startsWith(prefix),
        fault: (exchange) => {
          const directives = directivesOf(exchange);
          const kept = directives.includes('private') && directives.includes('no-cache');
          return directives.includes('no-store') || kept ? undefined : shown(directives);
        },
      });
    },
  },
  {
    id: 'err-no-set-cookie',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'no cookie in an error about tokens',
        kind: 'an error about tokens',
        applies: ({ response }) => [401, 403, 503].includes(response.status),
        fault: (exchange) =>
          headerValues(exchange, 'set-cookie').length > 0 ? 'the answer sets a cookie' : undefined,
      }),
  },
  {
    id: 'err-security-headers',
    judge: (evidence) =>
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'X-Content-Type-Options: nosniff and a frame policy on every answer',
        kind: 'an answer of a protected operation',
        applies: (exchange) => isOfApi(exchange) && isGuarded(evidence, exchange),
        fault: (exchange) => securityFault(exchange),
      }),
  },
  {
    id: 'err-no-fingerprint',
    judge: (evidence) =>
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'no X-Powered-By, and no version in Server',
        kind: 'an answer',
        applies: isOfApi,
        fault: (exchange) => {
          const [banner] = headerValues(exchange, 'x-powered-by');
          if (banner !== undefined) return `X-Powered-By: ${banner}`;
          const version = headerValues(exchange, 'server').find((value) => /\d/.test(value));
          return version && `Server: ${version}`;
        },
      }),
  },
  {
    id: 'err-no-jwks-detail',
    judge: ({ exchanges, issuer }) => {
      const { host } = new URL(issuer.url);
      return judgeEveryAnswer(exchanges, {
        expected: 'no address, status or parser message of the identity provider in an error',
        kind: 'a 401, 500 or 503 where a check had broken the key set',
        applies: ({ response, own, area }) =>
          (own || area === 'jwks') && [401, 500, 503].includes(response.status),
        fault: ({ response }) => {
          const text = `${response.headers.flat().join('\n')}\n${response.body}`;
          if (text.includes(host)) return 'the address of the identity provider';
          // In a 401 the words of a parser may be about the token.
          const [found] = UPSTREAM.exec(text) ?? (response.status === 401 ? [] : (PARSER.exec(text) ?? []));
          return found && `the words "${found}"`;
        },
      });
    },
  },
];

/** What JSON parsers say of a document that is none. */
const PARSER = /Unexpected (?:token|end)|Expecting value|JSONDecodeError|invalid character/i;

/** What HTTP clients say when a key set cannot be had. */
const UPSTREAM =
  /ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|fetch failed|socket hang up|getaddrinfo|connection refused|JSON Web Key Set|(?:status(?: code)?|HTTP(?: error)?):? ?[345]\d\d\b|upstream|timed out|certificate/i;

function isGuarded(evidence: Evidence, { request, raw }: RecordedExchange): boolean {
  return !raw && (operationOf(evidence, request)?.security.length ?? 0) > 0;
}

function securityFault(exchange: RecordedExchange): string | undefined {
  const value = (name: string): string => headerValues(exchange, name).join(', ').toLowerCase();
  const missing = [
    value('x-content-type-options') === 'nosniff' ? '' : 'X-Content-Type-Options: nosniff',
    value('x-frame-options') !== '' || value('content-security-policy').includes('frame-ancestors')
      ? ''
      : 'X-Frame-Options or frame-ancestors',
  ].filter(Boolean);
  return missing.length === 0
    ? undefined
    : `answered ${exchange.response.status} without ${missing.join(' and ')}`;
}
