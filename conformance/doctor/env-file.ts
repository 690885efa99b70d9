import { parseEnv } from 'node:util';
import { type Diagnosis, warning } from './diagnosis.ts';
import type { Source } from './settings.ts';

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

/** A `.env` file: its values with the line each stands in, and what programs would read differently. */
export interface EnvFile {
  readonly source: Source;
  readonly diagnoses: readonly Diagnosis[];
}

/** Reads the text of a `.env` file. `path` is what messages call it. */
export function readEnvFile(path: string, text: string): EnvFile {
  const lines = new Map<string, number>();
  const diagnoses: Diagnosis[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, name, value] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const earlier = lines.get(name);
    if (earlier !== undefined) diagnoses.push(givenTwice(path, name, earlier, index + 1));
    lines.set(name, index + 1);
    if (/^[^'"`#]*\s#/.test(value)) diagnoses.push(commentInLine(path, name, index + 1));
  }
  const values = parseEnv(text);
  return {
    diagnoses,
    source: {
      value: (name) => values[name],
      place: (name) => `${name} (${path}:${lines.get(name) ?? 1})`,
      names: Object.keys(values),
    },
  };
}

function givenTwice(path: string, name: string, first: number, second: number): Diagnosis {
  return warning(
    'env-given-twice',
    `${name} is given in line ${first} of ${path} and again in line ${second}`,
    'Keep one: which of them holds depends on the program that reads the file.',
  );
}

/** `docker run --env-file` and systemd take the comment as part of the value; dotenv, python-dotenv and Node do not. */
function commentInLine(path: string, name: string, line: number): Diagnosis {
  return warning(
    'env-comment-in-line',
    `${name} (${path}:${line}) has a comment after its value`,
    'Put the comment on a line of its own: Docker and systemd take it as part of the value.',
  );
}
