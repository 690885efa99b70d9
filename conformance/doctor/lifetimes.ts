import { type Diagnosis, error, ok, unknown, warning } from './diagnosis.ts';
import { durationSeconds, spell } from './duration.ts';
import type { DoctorSettings, Setting } from './settings.ts';

const MINUTE = 60;
const SHORTEST = 15 * MINUTE;
const LONGEST = 60 * MINUTE;
const DEFAULT_CACHE_TTL = 3600;
const MAX_LEEWAY = 60;

/** Lifetimes of tokens, keys and the cached key set, each by itself and against the others. Seconds, or `15m`, `30d`. */
export function checkLifetimes(settings: DoctorSettings): Diagnosis[] {
  const { tokenLifetime, rotationInterval, cacheTtl, leeway } = settings;
  return [
    ...(tokenLifetime === undefined
      ? [notGiven()]
      : checkDuration('token-lifetime', tokenLifetime, judgeToken)),
    ...(cacheTtl === undefined ? [] : checkDuration('cache-ttl', cacheTtl, judgeTtl)),
    ...(leeway === undefined ? [] : checkDuration('leeway', leeway, judgeLeeway)),
    ...(rotationInterval === undefined
      ? []
      : checkDuration('key-rotation', rotationInterval, (seconds, place) =>
          judgeRotation(seconds, place, settings),
        )),
  ];
}

/** What a token lifetime in seconds is worth; `place` says whose it is. */
export function judgeToken(seconds: number, place: string): Diagnosis {
  if (seconds < SHORTEST) {
    return warning(
      'token-lifetime-short',
      `${place} is ${spell(seconds)}; 15 to 60 minutes is usual`,
      'Clients will refresh all the time; raise it, or see that they refresh before the end and not after a 401.',
    );
  }
  if (seconds > LONGEST) {
    return warning(
      'token-lifetime-long',
      `${place} is ${spell(seconds)}; 15 to 60 minutes is usual`,
      'A stolen token works until it expires, since nobody is asked: lower it and let clients refresh.',
    );
  }
  return ok('token-lifetime', `${place} is ${spell(seconds)}`);
}

function notGiven(): Diagnosis {
  return unknown(
    'token-lifetime-not-given',
    'how long tokens live was not given',
    'Say it with --token-lifetime, or show a token with --token.',
  );
}

function checkDuration(
  id: string,
  { value, place }: Setting,
  judge: (seconds: number, place: string) => Diagnosis,
): Diagnosis[] {
  const seconds = durationSeconds(value);
  if (seconds !== undefined) return [judge(seconds, place)];
  return [error(id, `${place} is no time: "${value}"`, 'Write seconds, such as 900, or 15m, 1h, 30d.')];
}

function judgeTtl(seconds: number, place: string): Diagnosis {
  if (seconds === 0) {
    return error(
      'cache-ttl-zero',
      `${place} is 0, so that each request would fetch the key set`,
      'Use 3600 and let an unknown kid cause an early fetch.',
    );
  }
  if (seconds <= 86_400) return ok('cache-ttl', `${place} is ${spell(seconds)}`);
  return warning(
    'cache-ttl-long',
    `${place} is ${spell(seconds)}: a key that was withdrawn is trusted that long`,
    'Use 3600: a refresh in the background costs nothing.',
  );
}

function judgeLeeway(seconds: number, place: string): Diagnosis {
  if (seconds <= MAX_LEEWAY) return ok('leeway', `${place} is ${spell(seconds)}`);
  return error(
    'leeway-long',
    `${place} is ${spell(seconds)}: expired tokens live on that long`,
    'Use a few seconds, 60 at most (RFC 7519 §4.1.4), and keep clocks in step.',
  );
}

/** A key must outlive what it signed, and be seen before it signs. */
function judgeRotation(seconds: number, place: string, settings: DoctorSettings): Diagnosis {
  const lifetime = durationSeconds(settings.tokenLifetime?.value ?? '') ?? LONGEST;
  const ttl = durationSeconds(settings.cacheTtl?.value ?? '') ?? DEFAULT_CACHE_TTL;
  const least = lifetime + ttl;
  if (seconds >= least) return ok('key-rotation', `${place} is ${spell(seconds)}`);
  return error(
    'key-rotation-short',
    `${place} is ${spell(seconds)}, shorter than a token lives (${spell(lifetime)}) and a key set is cached (${spell(ttl)})`,
    `Rotate every ${spell(least)} or less often, and publish the old key until its last token has expired.`,
  );
}
