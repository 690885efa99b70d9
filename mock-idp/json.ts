import { MockIdpError } from './errors.ts';
import type { JsonObject } from './forgeries/forgery.ts';

/** JSON text of what a caller handed in. @throws MockIdpError `invalid_request` where it is no JSON, or nested too deeply for it. */
export function toJson(value: unknown, what: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new MockIdpError('invalid_request', `${what} cannot be written as JSON: ${reason(cause)}`, {
      cause,
    });
  }
}

/** Members laid over an object, one level deep; `null` removes a member. What is `undefined` is left out. */
export function overlay(base: JsonObject, members: JsonObject = {}): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...base, ...members }).filter(
      ([name, value]) => value !== undefined && !(value === null && Object.hasOwn(members, name)),
    ),
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reason(cause: unknown): string {
  return cause instanceof RangeError ? 'it is nested too deeply' : 'it holds a value JSON has no form for';
}
