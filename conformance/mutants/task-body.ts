import { errorAnswer, Refusal } from './answer.ts';
import type { Task } from './tasks.ts';

const invalid = (message: string): Refusal => new Refusal(errorAnswer(400, 'validation_failed', message));

/** The members of a task that a client may set, checked as the contract says. */
export function readTaskBody(
  body: string,
  contentType: string | undefined,
  creating: boolean,
): Partial<Task> {
  if (!/^application\/json\b/i.test(contentType ?? '')) {
    throw new Refusal(errorAnswer(415, 'unsupported_media_type', 'The body must be application/json'));
  }
  if (body.length > 65_536) {
    throw new Refusal(errorAnswer(413, 'body_too_large', 'The body is larger than 64 KiB'));
  }
  const members = parseObject(body);
  for (const name of Object.keys(members)) {
    if (!['title', 'description', 'completed'].includes(name))
      throw invalid('The body has an unknown member');
  }
  const { title, description, completed } = members;
  if (creating && title === undefined) throw invalid('title: is missing');
  if (title !== undefined && !isText(title, 1, 200)) throw invalid('title: must be 1 to 200 characters');
  if (description !== undefined && description !== null && !isText(description, 0, 2000)) {
    throw invalid('description: must be at most 2000 characters');
  }
  if (completed !== undefined && typeof completed !== 'boolean')
    throw invalid('completed: must be a boolean');
  if (Object.keys(members).length === 0) throw invalid('The body has no member');
  return members;
}

function isText(value: unknown, least: number, most: number): boolean {
  return typeof value === 'string' && value.length >= least && value.length <= most && !value.includes('\0');
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Falls through to the one answer for a body that is no JSON object.
  }
  throw invalid('The body must be a JSON object');
}
