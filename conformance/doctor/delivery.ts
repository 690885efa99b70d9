import { type Diagnosis, ok, warning } from './diagnosis.ts';
import type { Received } from './get-json.ts';

/** RFC 7517 §8.5.1, and what it is sent as everywhere. */
const TYPES = ['application/jwk-set+json', 'application/json'];
const LARGE = 64 * 1024;
const SLOW_MS = 1000;
const DAY = 86_400;

/** How a key set was delivered: its media type, how long it may be kept, its size and the time it took. */
export function judgeDelivery(url: string, { headers, bytes, milliseconds }: Received): Diagnosis[] {
  return [
    ...mediaType(url, headers['content-type']),
    ...caching(url, headers['cache-control']),
    ...(bytes <= LARGE
      ? []
      : [
          warning(
            'jwks-large',
            `${url} answers ${Math.round(bytes / 1024)} KiB`,
            'Publish the keys that sign and those whose tokens are still good, and no more: verifiers cap what they read.',
          ),
        ]),
    ...(milliseconds <= SLOW_MS
      ? []
      : [
          warning(
            'jwks-slow',
            `${url} took ${(milliseconds / 1000).toFixed(1)} s`,
            'Serve it from memory or a cache: the first token of a new key waits for it, and verifiers give up after a few seconds.',
          ),
        ]),
  ];
}

function mediaType(url: string, given: string | undefined): Diagnosis[] {
  const type = given?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && TYPES.includes(type)) return [ok('jwks-type', `${url} is sent as ${type}`)];
  const remedy = 'Send it as application/jwk-set+json or application/json; some libraries read nothing else.';
  return [
    warning(
      'jwks-type',
      `${url} is sent ${type === undefined ? 'without a media type' : `as ${type}`}`,
      remedy,
    ),
  ];
}

function caching(url: string, given: string | undefined): Diagnosis[] {
  if (given === undefined) return [];
  const directives = given.toLowerCase();
  const seconds = Number(/(?:^|[\s,])max-age="?(\d+)/.exec(directives)?.[1] ?? Number.NaN);
  if (/\bno-(store|cache)\b/.test(directives) || seconds === 0) {
    return [
      warning(
        'jwks-uncacheable',
        `${url} may not be kept (cache-control: ${given})`,
        'Allow minutes to an hour: a verifier that heeds it asks for the key set with every request.',
      ),
    ];
  }
  if (seconds > DAY) {
    return [
      warning(
        'jwks-cached-long',
        `${url} may be kept for ${seconds} s (cache-control: ${given})`,
        'Allow an hour: a key that was withdrawn is trusted for as long as the key set is kept.',
      ),
    ];
  }
  return [ok('jwks-caching', `${url} says how long it may be kept (cache-control: ${given})`)];
}
