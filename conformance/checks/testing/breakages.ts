import { type Answer, type Api, headerOf, type Received } from './fake-api.ts';
import { type FakeIdp, GOOD_SIGNATURE } from './fake-idp.ts';
import type { Breakage } from './fake-lab.ts';

type Predicate = (request: Received) => boolean;

/** Answers some requests in another way. */
export function when(
  applies: Predicate,
  answer: (request: Received, good: Api, idp: FakeIdp) => Answer,
): Breakage {
  return (good, idp) => (request) => (applies(request) ? answer(request, good, idp) : good(request));
}

/** Takes the token out of the Authorization header by a pattern of its own, besides the right one. */
export function reads(pattern: RegExp): Breakage {
  return (good) => (request) => {
    const [, token] = pattern.exec(rawAuthorization(request)) ?? [];
    return good(token === undefined ? request : withToken(request, token));
  };
}

/** Takes the token from somewhere else where there is no Authorization header. */
export function finds(token: (request: Received) => string | undefined): Breakage {
  return (good) => (request) => {
    const found = rawAuthorization(request) === '' ? token(request) : undefined;
    return good(found === undefined ? request : withToken(request, found));
  };
}

/** Serves these requests as if their path were this one and the caller its owner. */
export function serves(applies: Predicate, path = '/api/v1/user-123/tasks', sub = 'user-123'): Breakage {
  return (good, idp) => (request) =>
    applies(request) ? good(ownRequest(request, idp, path, sub)) : good(request);
}

/** Changes every answer that this is true of. */
export function alters(
  applies: (answer: Answer, request: Received) => boolean,
  change: (answer: Answer, request: Received) => Partial<Answer>,
): Breakage {
  return (good) => (request) => {
    const answer = good(request);
    return applies(answer, request) ? { ...answer, ...change(answer, request) } : answer;
  };
}

export function withToken(request: Received, token: string): Received {
  const others = request.headers.filter(([name]) => name.trim().toLowerCase() !== 'authorization');
  return { ...request, headers: [...others, ['Authorization', `Bearer ${token}`]] };
}

/** The value of the Authorization header, whatever its name and value look like. */
export function rawAuthorization({ headers }: Received): string {
  return headers.find(([name]) => name.trim().toLowerCase() === 'authorization')?.[1] ?? '';
}

/** The same request by the owner, with a good token and without anything odd in its headers. */
export function ownRequest(
  request: Received,
  { issuer, audience }: FakeIdp,
  path: string,
  sub: string,
): Received {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, aud: audience, sub, exp: '+5m' };
  const token = `${encode({ alg: 'RS256', kid: 'active-key' })}.${encode(claims)}.${GOOD_SIGNATURE}`;
  const type = headerOf(request, 'content-type').map((value) => ['Content-Type', value] as const);
  return { ...withToken({ ...request, headers: type }, token), path };
}
