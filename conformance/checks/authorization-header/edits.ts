import type { RequestSpec } from '../../model.ts';
import { withHeaders, withQuery } from '../probes.ts';

/** Puts a good token into a request in some way that is not `Authorization: Bearer <token>`. */
export type Edit = (request: RequestSpec, token: string) => RequestSpec;

/** Adds an Authorization line for each of the values. */
export function authorization(...values: readonly ((token: string) => string)[]): Edit {
  return (request, token) =>
    withHeaders(
      request,
      values.map((value) => ['Authorization', value(token)] as const),
      [{ value: token, label: 'good token' }],
    );
}

/** Adds a header of another name that holds the token. */
export function header(name: string, value: (token: string) => string): Edit {
  return (request, token) =>
    withHeaders(request, [[name, value(token)]], [{ value: token, label: 'good token' }]);
}

/** Adds the token as a query parameter. */
export function query(name: string): Edit {
  return (request, token) =>
    withQuery(withHeaders(request, [], [{ value: token, label: 'good token' }]), `${name}=${token}`);
}

/** Replaces the body; the content type goes with it. */
export function body(contentType: string, content: (token: string) => string): Edit {
  return (request, token) => ({
    ...request,
    headers: [
      ...request.headers.filter(([name]) => name.toLowerCase() !== 'content-type'),
      ['Content-Type', contentType],
    ],
    body: content(token),
    secrets: [...request.secrets, { value: token, label: 'good token' }],
  });
}
