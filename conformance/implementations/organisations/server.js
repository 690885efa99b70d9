// Projects of organisations. A token speaks for a member of one organisation (claim `org_id`), and all members share.
import { randomBytes } from 'node:crypto';
import { createGate } from '../jose-gate/gate.js';
import { Failure, serve } from '../jose-gate/serve.js';

const { env } = process;
const gate = createGate({
  issuer: env.OIDC_AUTHORITY,
  jwksUrl: env.OIDC_KEYS,
  audience: env.OIDC_CLIENT,
  leeway: Number(env.OIDC_SKEW ?? 5),
  ttl: Number(env.OIDC_KEYS_TTL ?? 3600),
  cooldown: Number(env.OIDC_KEYS_RETRY ?? 30),
  maxStale: Number(env.OIDC_KEYS_STALE ?? 86400),
  bug: env.BUG,
});

/** Organisations register before they can have projects. */
const known = new Set((env.ORGANISATIONS ?? '').split(',').filter(Boolean));
const projects = new Map();

const MESSAGES = {
  missing: 'Send an access token',
  invalid: 'The access token is no good',
  expired: 'The access token is too old',
  unavailable: 'Access tokens cannot be checked now',
  foreign: 'The token is of another organisation',
  'not-found': 'No such thing',
};

function member({ claims, path }) {
  const mine = env.BUG === 'org-of-path' ? path.org : claims.org_id;
  if (typeof mine !== 'string' || mine !== path.org || !known.has(mine)) throw new Failure(403, 'foreign');
  return mine;
}

function find(call) {
  const org = member(call);
  const project = projects.get(call.path.project);
  if (project?.org !== org) throw new Failure(404, 'not-found');
  return project;
}

async function read(call) {
  const { title, visibility } = await call.body();
  const isText =
    typeof title === 'string' && title.trim() !== '' && title.length <= 120 && title.isWellFormed();
  if (!isText || title.includes('\0') || !['team', 'all'].includes(visibility))
    throw new Failure(422, 'body');
  return { title, visibility };
}

await gate.start();
if (!gate.isReady()) {
  console.error(`no usable key at ${env.OIDC_KEYS}`);
  process.exit(1);
}
await serve({
  gate,
  describe: ({ status, why }) => ({
    error: { status, code: why, text: MESSAGES[why] ?? 'That did not work' },
  }),
  routes: [
    ['GET', '/ping', () => ({ status: 200, body: 'pong' }), true],
    [
      'GET',
      '/orgs/:org/projects',
      (call) => {
        const org = member(call);
        return { status: 200, body: [...projects.values()].filter((project) => project.org === org) };
      },
    ],
    [
      'POST',
      '/orgs/:org/projects',
      async (call) => {
        const org = member(call);
        const project = { slug: randomBytes(6).toString('hex'), org, ...(await read(call)) };
        projects.set(project.slug, project);
        return {
          status: 201,
          body: project,
          headers: { Location: `/orgs/${encodeURIComponent(org)}/projects/${project.slug}` },
        };
      },
    ],
    ['GET', '/orgs/:org/projects/:project', (call) => ({ status: 200, body: find(call) })],
    [
      'PUT',
      '/orgs/:org/projects/:project',
      async (call) => {
        const project = find(call);
        return { status: 200, body: Object.assign(project, await read(call)) };
      },
    ],
    [
      'DELETE',
      '/orgs/:org/projects/:project',
      (call) => {
        projects.delete(find(call).slug);
        return { status: 204 };
      },
    ],
  ],
});
