import type { IssuerSettings } from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { presets } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';

/** What an issuer goes by: `IssuerSettings` with everything decided. */
export interface Settings {
  /** `iss`, where it is pinned. */
  readonly issuer: string | undefined;
  readonly audience: string;
  /** Seconds. */
  readonly tokenLifetime: number;
  readonly metadata: JsonObject;
  readonly preset: Preset;
  readonly caching: NonNullable<IssuerSettings['caching']>;
}

/** Members that are given replace those that hold; `null` takes one back to what it was at the start. */
export function changed(settings: Settings, change: IssuerSettings, start: Settings): Settings {
  const { issuer, audience, tokenLifetime, metadata, caching, preset } = change;
  return {
    issuer: chosen(issuer, settings.issuer, start.issuer),
    audience: chosen(audience, settings.audience, start.audience),
    tokenLifetime: chosen(tokenLifetime, settings.tokenLifetime, start.tokenLifetime),
    preset: chosen(preset && presets[preset], settings.preset, start.preset),
    metadata: chosen(metadata, settings.metadata, start.metadata),
    caching: chosen(caching, settings.caching, start.caching),
  };
}

function chosen<Value>(given: Value | null | undefined, now: Value, atStart: Value): Value {
  if (given === null) return atStart;
  return given ?? now;
}
