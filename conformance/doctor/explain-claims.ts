import { durationSeconds, spell } from './duration.ts';
import { judgeToken } from './lifetimes.ts';
import type { DoctorSettings } from './settings.ts';
import { shown, type Step } from './token-step.ts';

const DEFAULT_LEEWAY = 5;

/** The claims of a token against the contract, in the order of RFC 7519 §4.1. `now` in milliseconds since the epoch. */
export function claimSteps(
  claims: Readonly<Record<string, unknown>>,
  settings: DoctorSettings,
  now: number,
): Step[] {
  const leeway = durationSeconds(settings.leeway?.value ?? '') ?? DEFAULT_LEEWAY;
  const clock = { now: now / 1000, leeway };
  return [
    issuerStep(claims['iss'], settings),
    audienceStep(claims['aud'], settings),
    subjectStep(claims['sub']),
    expiryStep(claims['exp'], clock),
    ...startSteps(claims, clock),
    ...lifetimeStep(claims),
  ];
}

interface Clock {
  /** Both in seconds. */
  readonly now: number;
  readonly leeway: number;
}

function issuerStep(iss: unknown, { issuer }: DoctorSettings): Step {
  const name = 'iss';
  if (typeof iss !== 'string') return { name, outcome: 'fail', detail: `${shown(iss)} instead of a string` };
  if (issuer === undefined)
    return { name, outcome: 'unknown', detail: `${iss}; no issuer was given to compare it with` };
  if (iss === issuer.value) return { name, outcome: 'pass', detail: iss };
  const slash =
    iss.replace(/\/$/, '') === issuer.value.replace(/\/$/, '') ? ': they differ by the slash at the end' : '';
  return { name, outcome: 'fail', detail: `${iss}, but ${issuer.place} is ${issuer.value}${slash}` };
}

function audienceStep(aud: unknown, { audience }: DoctorSettings): Step {
  const name = 'aud';
  if (aud === undefined)
    return { name, outcome: 'fail', detail: 'none: the token is for no API in particular (RFC 8725 §3.9)' };
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audiences.length === 0 || !audiences.every((item) => typeof item === 'string'))
    return { name, outcome: 'fail', detail: `${shown(aud)} instead of a string or an array of strings` };
  if (audience === undefined)
    return { name, outcome: 'unknown', detail: `${shown(aud)}; no audience was given to compare it with` };
  if (audiences.includes(audience.value)) return { name, outcome: 'pass', detail: shown(aud) };
  return { name, outcome: 'fail', detail: `${shown(aud)}, but ${audience.place} is ${audience.value}` };
}

function subjectStep(sub: unknown): Step {
  const fits = typeof sub === 'string' && sub.trim() !== '';
  return fits
    ? { name: 'sub', outcome: 'pass', detail: sub }
    : { name: 'sub', outcome: 'fail', detail: `${shown(sub)} instead of a string that names a user` };
}

function expiryStep(exp: unknown, { now, leeway }: Clock): Step {
  const name = 'exp';
  if (!isTime(exp)) return { name, outcome: 'fail', detail: notATime(exp) };
  if (exp + leeway > now)
    return { name, outcome: 'pass', detail: `ends ${when(exp)}, in ${roughly(exp - now)}` };
  return { name, outcome: 'fail', detail: `ended ${when(exp)}, ${roughly(now - exp)} ago` };
}

function startSteps(claims: Readonly<Record<string, unknown>>, { now, leeway }: Clock): Step[] {
  return ['nbf', 'iat'].flatMap((name): Step[] => {
    const value = claims[name];
    if (value === undefined) return [];
    if (!isTime(value)) return [{ name, outcome: 'fail', detail: notATime(value) }];
    if (value - leeway <= now) return [{ name, outcome: 'pass', detail: when(value) }];
    const detail = `${when(value)} is ${roughly(value - now)} ahead: are the clocks in step?`;
    return [{ name, outcome: 'fail', detail }];
  });
}

function lifetimeStep({ iat, exp }: Readonly<Record<string, unknown>>): Step[] {
  if (!isTime(iat) || !isTime(exp) || exp <= iat) return [];
  const { severity, cause, remedy } = judgeToken(Math.round(exp - iat), 'its lifetime');
  const outcome = severity === 'ok' ? 'pass' : 'unknown';
  return [{ name: 'lifetime', outcome, detail: cause, ...(remedy !== undefined && { remedy }) }];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function notATime(value: unknown): string {
  const quoted = typeof value === 'string' && /^\d+$/.test(value) ? '; take the quotes away' : '';
  return `${shown(value)} instead of seconds since 1970 (RFC 7519 §2)${quoted}`;
}

/** Seconds since 1970 as people read them. Milliseconds by mistake are named as such. */
function when(seconds: number): string {
  if (seconds > 1e11) return `${seconds} (milliseconds? claims are in seconds)`;
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function roughly(seconds: number): string {
  const sizes = [86_400, 3600, 60, 1];
  const size = sizes.find((candidate) => seconds >= candidate) ?? 1;
  return spell(Math.floor(seconds / size) * size);
}
