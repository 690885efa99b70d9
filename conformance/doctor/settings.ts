/** Where settings are read from: flags, a file, the environment. */
export interface Source {
  readonly value: (name: string) => string | undefined;
  /** What messages call this setting, e.g. `JWT_AUDIENCE (.env:4)` or `--audience`. */
  readonly place: (name: string) => string;
  readonly names: readonly string[];
}

/** A value, and what messages call the place it was found at. */
export interface Setting {
  readonly value: string;
  readonly place: string;
}

/** The settings a diagnosis looks at, by the names of the environment. */
const NAMES = {
  issuer: ['BETTER_AUTH_URL'],
  jwksUrl: ['BETTER_AUTH_JWKS_URL'],
  audience: ['JWT_AUDIENCE'],
  secret: ['BETTER_AUTH_SECRET', 'AUTH_SECRET'],
  cacheTtl: ['JWKS_CACHE_TTL'],
  leeway: ['JWT_LEEWAY'],
  allowedOrigins: ['ALLOWED_ORIGINS'],
  tokenLifetime: ['JWT_LIFETIME'],
  rotationInterval: ['JWKS_ROTATION_INTERVAL'],
  apiUrl: ['NEXT_PUBLIC_API_URL'],
  publicIssuer: ['NEXT_PUBLIC_BETTER_AUTH_URL'],
} as const;

export type SettingName = keyof typeof NAMES;
export type DoctorSettings = { readonly [Name in SettingName]?: Setting };

/** Takes each setting from the first source that has it. An empty value counts as none. */
export function gatherSettings(sources: readonly Source[]): DoctorSettings {
  const settings: { [Name in SettingName]?: Setting } = {};
  for (const [member, names] of Object.entries(NAMES) as [SettingName, readonly string[]][]) {
    const found = sources
      .flatMap((source) => names.map((name) => ({ name, source, value: source.value(name)?.trim() })))
      .find(({ value }) => value !== undefined && value !== '');
    if (found?.value === undefined) continue;
    settings[member] = { value: found.value, place: found.source.place(found.name) };
  }
  return settings;
}

/** The environment of a process. */
export function environmentSource(env: Readonly<Record<string, string | undefined>>): Source {
  return { value: (name) => env[name], place: (name) => `${name} (environment)`, names: Object.keys(env) };
}

/** Flags of a command, each under the name of the setting it stands for. */
export function flagSource(
  flags: Readonly<Partial<Record<SettingName, { flag: string; value: string | undefined }>>>,
): Source {
  const byName = new Map(
    Object.entries(flags).map(([member, flag]) => [NAMES[member as SettingName][0] as string, flag]),
  );
  return {
    value: (name) => byName.get(name)?.value,
    place: (name) => byName.get(name)?.flag ?? name,
    names: [...byName.keys()],
  };
}
