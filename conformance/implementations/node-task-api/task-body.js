import { invalid, tooLarge, unsupported } from './failure.js';

export const MAX_BYTES = 65_536;

/** The members of a task that a client may set. `bytes` is the body as it was sent. */
export function readTask(bytes, headers, { creating }) {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^application\/json\s*(;|$)/i.test(type) || encoding !== 'identity') throw unsupported();
  if (bytes.length > MAX_BYTES) throw tooLarge();
  const { title, description, completed, ...others } = parse(bytes);
  if (Object.keys(others).length > 0) throw invalid('The body has an unknown member');
  if (creating && title === undefined) throw invalid('title: is missing');
  if (title !== undefined && !isText(title, 1, 200)) throw invalid('title: must be 1 to 200 characters');
  if (description !== undefined && description !== null && !isText(description, 0, 2000)) {
    throw invalid('description: must be at most 2000 characters, or null');
  }
  if (completed !== undefined && typeof completed !== 'boolean') {
    throw invalid('completed: must be a boolean');
  }
  const fields = Object.entries({ title, description, completed }).filter(([, value]) => value !== undefined);
  if (fields.length === 0) throw invalid('The body has no member');
  return Object.fromEntries(fields);
}

function isText(value, least, most) {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return false;
  const { length } = [...value];
  return length >= least && length <= most;
}

function parse(bytes) {
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unsupported();
  }
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw invalid('The body must be a JSON object');
}
