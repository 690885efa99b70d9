import { type Diagnosis, error, ok, warning } from './diagnosis.ts';
import type { DoctorSettings } from './settings.ts';
import { isLocal } from './urls.ts';

/** Browsers send `scheme://host[:port]`, lower case, without default port or slash (RFC 6454 §6.2); all else never matches. */
export function checkOrigins({ allowedOrigins }: DoctorSettings): Diagnosis[] {
  if (allowedOrigins === undefined) return [];
  const { value, place } = allowedOrigins;
  const origins = listed(value);
  if (origins === undefined) {
    return [
      error(
        'origins-form',
        `${place} is no list`,
        'Write origins with commas between: https://a.example,https://b.example.',
      ),
    ];
  }
  const found = origins.flatMap((origin) => judgeOrigin(origin, place));
  return found.length > 0 ? found : [ok('origins', `${place} allows ${origins.join(', ')}`)];
}

function listed(value: string): readonly string[] | undefined {
  if (!value.startsWith('[')) {
    const parts = value.split(',').map((part) => part.trim());
    return parts.filter((part) => part !== '');
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function judgeOrigin(origin: string, place: string): Diagnosis[] {
  const seen = `${place} holds "${origin}"`;
  if (origin === '*') {
    return [
      warning(
        'origins-any',
        `${seen}: pages of every site may call the API`,
        'Name the origins of your frontends.',
      ),
    ];
  }
  if (origin === 'null') {
    return [
      error(
        'origins-null',
        `${seen}, which sandboxed frames of any site send`,
        'Name the origins of your frontends.',
      ),
    ];
  }
  if (origin.includes('*'))
    return [
      error(
        'origins-pattern',
        `${seen}; most servers compare whole origins, so no page matches it`,
        'Name each origin.',
      ),
    ];
  if (!URL.canParse(origin) || new URL(origin).origin === 'null') {
    return [
      error(
        'origins-form',
        `${seen}, which is no origin`,
        'Write scheme and host, such as https://app.example.org.',
      ),
    ];
  }
  const url = new URL(origin);
  if (url.origin !== origin) {
    return [
      error(
        'origins-spelling',
        `${seen}; browsers send ${url.origin}, so it never matches`,
        `Write ${url.origin}.`,
      ),
    ];
  }
  if (url.protocol === 'http:' && !isLocal(url.hostname)) {
    return [
      warning(
        'origins-http',
        `${seen}, a page that came by plain HTTP`,
        'Use https://: such a page can be changed on its way, and read its tokens.',
      ),
    ];
  }
  return [];
}
