import { type Diagnosis, error, ok, warning } from './diagnosis.ts';
import type { DoctorSettings } from './settings.ts';

/** Without an audience, a token for any other API of the same issuer opens this one (RFC 8725 §3.9). */
export function checkAudience({ audience, apiUrl }: DoctorSettings): Diagnosis[] {
  if (audience === undefined) {
    return [
      error(
        'audience-missing',
        'no JWT_AUDIENCE was given',
        "Set it to what the identity provider puts into `aud` for this API (Better Auth: the jwt plugin's jwt.audience).",
      ),
    ];
  }
  if (apiUrl !== undefined && apiUrl.value !== audience.value) {
    return [
      warning(
        'audience-differs',
        `${audience.place} is ${audience.value}, but ${apiUrl.place} is ${apiUrl.value}`,
        'Where the identity provider takes the second as the audience of its tokens, the API refuses them all. Make them equal.',
      ),
    ];
  }
  return [ok('audience', `${audience.place} is ${audience.value}`)];
}
