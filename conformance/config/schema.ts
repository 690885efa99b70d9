import { z } from 'zod';
import { nearest } from '../../mock-idp/index.ts';
import type { Settings } from '../model.ts';
import type { Config, LoadConfig } from './config.ts';
import { PLACEHOLDERS } from './environment.ts';

const text = z.string().min(1);
const seconds = z.number().min(0);
const user = z.strictObject({ sub: text.optional(), claims: z.record(text, z.unknown()).optional() });
const parameters = z.record(text, z.union([z.string(), z.number()]));

const placeholder = z.string().refine((value) => !value.startsWith('$') || value.slice(1) in PLACEHOLDERS, {
  error: `must be text or one of ${Object.keys(PLACEHOLDERS)
    .map((name) => `$${name}`)
    .join(', ')}`,
});

const settings = z.strictObject<Record<keyof Settings, z.ZodType>>({
  leeway: seconds.max(300).optional(),
  crossUserStatus: z.union([z.literal(403), z.literal(404)]).optional(),
  malformedCredentialsStatus: z.union([z.literal(400), z.literal(401)]).optional(),
  maxResponseMs: z.int().min(1).optional(),
  authOverheadMs: seconds.optional(),
  replicas: z.int().min(1).optional(),
  rotationVisible: seconds.optional(),
  removalGrace: seconds.optional(),
  corsOrigin: text.optional(),
  publicPaths: z.array(text).optional(),
});

const functionOrCommand = z.union([text, z.custom<() => unknown>((value) => typeof value === 'function')], {
  error: 'must be a shell command or a function',
});

const load = z.strictObject<Record<keyof LoadConfig, z.ZodType>>({
  // Names are those of `load`, which says itself what it does not know.
  scenarios: z.array(text).min(1).optional(),
  rate: z.int().min(1).optional(),
  duration: z.int().min(4).optional(),
  thresholds: z
    .record(text, z.union([z.number(), z.literal('off')], { error: "must be a number or 'off'" }))
    .optional(),
});

const schema = z.strictObject<Record<keyof Config, z.ZodType>>({
  contract: text.optional(),
  start: text.optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  startTimeout: z.number().min(0.1).optional(),
  env: z.record(text, placeholder).optional(),
  owner: z.record(text, text).optional(),
  operations: z
    .record(text, z.strictObject({ parameters: parameters.optional(), body: z.unknown().optional() }))
    .optional(),
  error: z
    .strictObject({
      contentType: text.optional(),
      schema: z.union([z.boolean(), z.record(z.string(), z.unknown())]),
    })
    .optional(),
  database: text.optional(),
  users: z.strictObject({ owner: user.optional(), other: user.optional() }).optional(),
  setup: functionOrCommand.optional(),
  teardown: functionOrCommand.optional(),
  settings: settings.optional(),
  skip: z.record(text, text).optional(),
  baseline: text.optional(),
  requirements: text.optional(),
  partial: z.boolean().optional(),
  load: load.optional(),
});

/** What is wrong with a configuration, each with its member; empty where nothing is. */
export function faultsOf(value: unknown): readonly string[] {
  const { error } = schema.safeParse(value);
  return error?.issues.flatMap((issue) => explain(issue)) ?? [];
}

function explain(issue: z.core.$ZodIssue): readonly string[] {
  const place = placeOf(issue.path);
  if (issue.code !== 'unrecognized_keys') {
    return [`${place || 'the configuration'}: ${issue.message.replace(/^Invalid input: /, '')}`];
  }
  const known = membersAt(issue.path);
  return issue.keys.map((key) => {
    const [name] = nearest(key, known);
    const hint = name === undefined ? `there are ${known.join(', ')}` : `did you mean ${name}?`;
    return `${placeOf([...issue.path, key])}: there is no such member; ${hint}`;
  });
}

/** Names of the members that the object at a path may have. */
function membersAt(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const step of path) {
    at = unwrap(at);
    at = at instanceof z.ZodRecord ? at.valueType : at instanceof z.ZodObject ? at.shape[String(step)] : at;
  }
  at = unwrap(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(type: unknown): unknown {
  return type instanceof z.ZodOptional ? unwrap(type.unwrap()) : type;
}

export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : String(step)))
    .reduce((all, step) => (all === '' || step.startsWith('[') ? all + step : `${all}.${step}`), '');
}
