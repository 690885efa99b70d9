import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AREAS } from '../../spec/index.ts';
import type { CheckResult } from '../model.ts';
import { ScoreboardError } from './errors.ts';

const text = z.string().trim().min(1);
const command = z.string().regex(/^\.\/[\w./-]+$/, 'must be a path in the folder, like ./start');
const variantName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a name in kebab case');
const names = (what: string): z.ZodArray<z.ZodString> =>
  z.array(text).refine((all) => new Set(all).size === all.length, `names ${what} twice`);

const FINDING = z.strictObject({
  checks: names('a check').min(1),
  variants: names('a variant').min(1),
  cause: z.enum(['library', 'wiring of the documentation']),
  sentence: text.regex(/[.!?]$/, 'must be a sentence, with its full stop'),
  source: text,
  /** Whether it hangs on what went before within a time of the library's own which of these checks fail in a run. */
  varies: z.literal(true).optional(),
});

const MANIFEST = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be the name of the folder, in kebab case'),
  title: text,
  language: text,
  tool: z.enum(['node', 'python3', 'java', 'go', 'cargo']),
  libraries: z
    .record(text, text)
    .refine((libraries) => Object.keys(libraries).length > 0, 'must name a library and its version'),
  install: command,
  start: command,
  variants: z
    .record(variantName, z.strictObject({ title: text, environment: z.record(text, z.string()) }))
    .refine((variants) => 'default' in variants, 'must have the variant "default"'),
  findings: z.array(FINDING),
  withheld: z.array(z.enum(AREAS)).refine((all) => new Set(all).size === all.length, 'names an area twice'),
});

/** Something a reader of the scoreboard should know: what a check found, why, and who says so. */
export type ManifestFinding = Readonly<z.infer<typeof FINDING>>;

/** What `manifest.json` of an implementation says: how to run it, and what was learnt from it. */
export type Manifest = Readonly<z.infer<typeof MANIFEST>>;

/** An implementation and its folder. */
export interface Implementation {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Which failures of a variant are not told. An area is withheld where one of them looks like a vulnerability that nobody has
 * published yet; of such an area only that is told which a finding names, with its source. So no list of secrets is kept
 * with the project, and what a later run finds there is withheld too.
 */
export function withholds(
  { withheld, findings }: Manifest,
  variant: string,
): (check: CheckResult) => boolean {
  const told = namedChecks(findings, variant);
  return ({ area, id }) => withheld.includes(area) && !told.has(id);
}

/** Which checks of a variant may come out either way, so that another run that finds otherwise contradicts nothing. */
export function mayVary({ findings }: Manifest, variant: string): (check: CheckResult) => boolean {
  const varying = namedChecks(
    findings.filter(({ varies }) => varies),
    variant,
  );
  return ({ id }) => varying.has(id);
}

/** What these findings name in a variant. */
export function namedChecks(findings: readonly ManifestFinding[], variant: string): ReadonlySet<string> {
  return new Set(findings.flatMap(({ checks, variants }) => (variants.includes(variant) ? checks : [])));
}

/**
 * Every implementation below this folder, by name. Folders without a manifest serve other tests.
 *
 * @param known ids of all checks
 * @throws ScoreboardError with everything that is wrong in any of the manifests
 */
export function loadImplementations(folder: string, known: ReadonlySet<string>): readonly Implementation[] {
  const faults: string[] = [];
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'manifest.json')))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const file = join(folder, name, 'manifest.json');
      const { manifest, wrong } = parseManifest(name, readFileSync(file, 'utf8'), known);
      faults.push(...wrong.map((fault) => `${name}/manifest.json: ${fault}`));
      return manifest ? [{ folder: join(folder, name), manifest }] : [];
    });
  if (faults.length > 0) throw new ScoreboardError(faults.join('\n'));
  return found;
}

/** A manifest, or everything that is wrong with it, a sentence each. */
export function parseManifest(
  folderName: string,
  json: string,
  known: ReadonlySet<string>,
): { readonly manifest?: Manifest; readonly wrong: readonly string[] } {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    return { wrong: [`is not JSON: ${(error as SyntaxError).message}`] };
  }
  const { success, data, error } = MANIFEST.safeParse(document);
  if (!success) {
    return { wrong: error.issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`) };
  }
  const wrong = contradictions(data, folderName, known);
  return wrong.length > 0 ? { wrong } : { manifest: data, wrong };
}

function contradictions(
  { name, variants, findings }: Manifest,
  folderName: string,
  known: ReadonlySet<string>,
): readonly string[] {
  const unknownCheck = (id: string): string[] => (known.has(id) ? [] : [`there is no check "${id}"`]);
  return [
    ...(name === folderName ? [] : [`name is "${name}", but the folder is ${folderName}`]),
    ...findings.flatMap((finding, index) =>
      [
        ...finding.checks.flatMap(unknownCheck),
        ...finding.variants
          .filter((variant) => !(variant in variants))
          .map((variant) => `there is no variant "${variant}"`),
      ].map((fault) => `findings.${index}: ${fault}`),
    ),
  ];
}
