// Notes of a user, with numeric ids, in the manner of FastAPI: errors are {"detail": ...}.
import { createGate } from '../jose-gate/gate.js';
import { Failure, serve } from '../jose-gate/serve.js';

const {
  AUTH_ISSUER,
  AUTH_JWKS,
  AUTH_AUDIENCE,
  AUTH_LEEWAY = '5',
  KEYS_MAX_AGE = '3600',
  KEYS_PAUSE = '30',
  KEYS_MAX_STALE = '86400',
  BUG,
} = process.env;
const gate = createGate({
  issuer: AUTH_ISSUER,
  jwksUrl: AUTH_JWKS,
  audience: AUTH_AUDIENCE,
  leeway: Number(AUTH_LEEWAY),
  ttl: Number(KEYS_MAX_AGE),
  cooldown: Number(KEYS_PAUSE),
  maxStale: Number(KEYS_MAX_STALE),
  bug: BUG,
});

const DETAILS = {
  missing: 'Not authenticated',
  invalid: 'Could not validate credentials',
  expired: 'Token has expired',
  unavailable: 'Authentication is not available at present',
  foreign: 'Not enough permissions',
  'not-found': 'Not Found',
  method: 'Method Not Allowed',
  'media-type': 'Unsupported Media Type',
  'too-large': 'Content Too Large',
};

/** FastAPI's own shape for what does not validate is a list. */
function describe({ why }) {
  if (why === 'body')
    return { detail: [{ loc: ['body'], msg: 'Input should be a valid note', type: 'value_error' }] };
  return { detail: DETAILS[why] ?? 'Internal Server Error' };
}

const notes = new Map();
let last = 0;

function own({ claims, path }) {
  if (path.username !== claims.sub) throw new Failure(403, 'foreign');
  return path.username;
}

function find(call) {
  const username = own(call);
  const note = /^[1-9]\d{0,9}$/.test(call.path.note_id) ? notes.get(Number(call.path.note_id)) : undefined;
  if (note?.username !== username) throw new Failure(404, 'not-found');
  return note;
}

async function read(call) {
  const { text, due = null } = await call.body();
  const isText = typeof text === 'string' && text.trim() !== '' && text.length <= 1000 && text.isWellFormed();
  const isDue = due === null || (typeof due === 'string' && /^\d{4}-\d\d-\d\d$/.test(due));
  if (!isText || text.includes('\0') || !isDue) throw new Failure(422, 'body');
  return { text, due };
}

const shown = ({ id, text, due }) => ({ id, text, due });

await gate.start();
if (!gate.isReady()) {
  console.error(`no usable key at ${AUTH_JWKS}`);
  process.exit(1);
}
await serve({
  gate,
  describe,
  routes: [
    [
      'GET',
      '/users/me',
      ({ claims }) => ({ status: 200, body: { username: claims.sub, email: claims.email ?? null } }),
    ],
    [
      'GET',
      '/users/:username/notes',
      (call) => {
        const username = own(call);
        return {
          status: 200,
          body: [...notes.values()].filter((note) => note.username === username).map(shown),
        };
      },
    ],
    [
      'POST',
      '/users/:username/notes',
      async (call) => {
        const username = BUG === 'foreign-writable' ? call.path.username : own(call);
        return { status: 201, body: await store(username, call) };
      },
    ],
    ['GET', '/users/:username/notes/:note_id', (call) => ({ status: 200, body: shown(find(call)) })],
    [
      'PATCH',
      '/users/:username/notes/:note_id',
      async (call) => {
        const note = find(call);
        return { status: 200, body: shown(Object.assign(note, await read(call))) };
      },
    ],
    [
      'DELETE',
      '/users/:username/notes/:note_id',
      (call) => {
        notes.delete(find(call).id);
        return { status: 204 };
      },
    ],
  ],
});

async function store(username, call) {
  const fields = await read(call);
  last += 1;
  notes.set(last, { id: last, username, ...fields });
  return shown(notes.get(last));
}
