// Invoices of an account. Errors are problem details (RFC 9457); what is another account's does not exist.
import { randomUUID } from 'node:crypto';
import { createGate } from '../jose-gate/gate.js';
import { Failure, serve } from '../jose-gate/serve.js';

const { env } = process;
const bug = env.BUG;
const gate = createGate({
  issuer: env.BETTER_AUTH_URL,
  jwksUrl: env.BETTER_AUTH_JWKS_URL,
  audience: env.JWT_AUDIENCE,
  leeway: Number(env.JWT_LEEWAY ?? 5),
  ttl: Number(env.JWKS_CACHE_TTL ?? 3600),
  cooldown: Number(env.JWKS_COOLDOWN ?? 30),
  maxStale: Number(env.JWKS_MAX_STALE ?? 86400),
  bug,
});

const PROBLEMS = {
  missing: ['unauthenticated', 'Credentials are missing'],
  invalid: ['invalid-token', 'The token is not valid'],
  expired: ['token-expired', 'The token has expired'],
  unavailable: ['try-later', 'Tokens cannot be checked at present'],
  'not-found': ['not-found', 'There is no such resource'],
  method: ['method-not-allowed', 'The method is not allowed here'],
  body: ['invalid-invoice', 'The body is no invoice'],
  'media-type': ['unsupported-media-type', 'The body must be JSON'],
  'too-large': ['too-large', 'The body is too large'],
};

function describe({ status, why }) {
  const [type, title] = PROBLEMS[why] ?? ['internal', 'Something went wrong'];
  return { type: `https://problems.example/${type}`, title, status };
}

const invoices = new Map();

function own({ claims, path }) {
  if (bug === 'foreign-visible' || path.accountId === claims.sub) return path.accountId;
  throw new Failure(404, 'not-found');
}

function find(call) {
  const invoice = invoices.get(call.path.invoiceId);
  if (invoice?.accountId !== own(call)) throw new Failure(404, 'not-found');
  return invoice;
}

async function read(call) {
  const { reference, cents } = await call.body();
  const isText = typeof reference === 'string' && reference.trim() !== '' && reference.length <= 200;
  if (!isText || !reference.isWellFormed() || reference.includes('\0') || !Number.isSafeInteger(cents)) {
    throw new Failure(422, 'body');
  }
  return { reference, cents };
}

const account = '/v2/accounts/:accountId/invoices';
await gate.start();
if (!gate.isReady()) {
  console.error(`no usable key at ${env.BETTER_AUTH_JWKS_URL}`);
  process.exit(1);
}
await serve({
  gate,
  describe,
  contentType: 'application/problem+json',
  routes: [
    ['GET', '/v2/status', () => ({ status: 200, body: { up: true } }), true],
    ['GET', '/v2/account', ({ claims }) => ({ status: 200, body: { sub: claims.sub } })],
    [
      'GET',
      account,
      (call) => {
        const accountId = own(call);
        return {
          status: 200,
          body: { items: [...invoices.values()].filter((each) => each.accountId === accountId) },
        };
      },
    ],
    [
      'POST',
      account,
      async (call) => {
        const accountId = own(call);
        const invoice = { id: randomUUID(), accountId, ...(await read(call)) };
        invoices.set(invoice.id, invoice);
        return { status: 201, body: invoice };
      },
    ],
    ['GET', `${account}/:invoiceId`, (call) => ({ status: 200, body: find(call) })],
    [
      'PUT',
      `${account}/:invoiceId`,
      async (call) => {
        const invoice = find(call);
        return { status: 200, body: Object.assign(invoice, await read(call)) };
      },
    ],
    [
      'DELETE',
      `${account}/:invoiceId`,
      (call) => {
        invoices.delete(find(call).id);
        return { status: 204 };
      },
    ],
  ],
});
