import { InvalidArgumentError } from 'commander';

/** An option's value as a number within bounds. */
export function number(min: number, max: number = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const parsed = Number(value);
    if (value.trim() !== '' && parsed >= min && parsed <= max) return parsed;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a number ${bounds}.`);
  };
}

/** As `number`, without a fraction. */
export function integer(min: number, max?: number): (value: string) => number {
  return (value) => {
    const parsed = number(min, max)(value);
    if (Number.isInteger(parsed)) return parsed;
    throw new InvalidArgumentError('It must be a whole number.');
  };
}

/** An absolute http or https URL, without a trailing slash. */
export function httpUrl(value: string): string {
  if (/^https?:/.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be an http or https URL, such as http://127.0.0.1:8000.');
}

/** One such URL: a second one would take the place of the first unseen. */
export function onlyHttpUrl(value: string, earlier?: string): string {
  if (earlier === undefined) return httpUrl(value);
  throw new InvalidArgumentError('It is given twice; give one.');
}

/** Gathers such URLs. */
export function httpUrls(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, httpUrl(value)];
}

/** Gathers the values of an option that may be given more than once, and those of a comma-separated list. */
export function list(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...value.split(',').map((item) => item.trim())].filter((item) => item !== '');
}

/** Gathers `name=value` pairs; a value that is JSON is taken as such, anything else as text. */
export function pairs(
  value: string,
  earlier: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const equals = value.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...earlier, [value.slice(0, equals)]: jsonOrText(value.slice(equals + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
