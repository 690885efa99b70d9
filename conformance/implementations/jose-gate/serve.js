import { createServer } from 'node:http';

/** A status with what an API says about it; thrown anywhere, and turned into an answer. */
export class Failure extends Error {
  constructor(status, why = '', headers = {}) {
    super(why);
    Object.assign(this, { status, why, headers });
  }
}

const CHALLENGES = {
  missing: 'Bearer realm="api"',
  invalid: 'Bearer realm="api", error="invalid_token", error_description="Invalid token"',
  expired: 'Bearer realm="api", error="invalid_token", error_description="Token has expired"',
};

/**
 * Serves a table of routes, `[method, pattern, handler, open]`. A handler gets `{ claims, path, body }` and gives
 * `{ status, body }`; `describe` makes the body of an error of this API from a `Failure`.
 */
export function serve({ routes, gate, describe, contentType = 'application/json' }) {
  const answer = (response, status, type, body, headers = {}) => {
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    response.writeHead(status, {
      ...(body !== undefined && { 'Content-Type': type, 'Content-Length': bytes.length }),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      ...headers,
    });
    response.end(bytes);
  };

  const handle = async (request) => {
    const [path] = request.url.split('?');
    const found = routes
      .map(([method, pattern, handler, open]) => ({ method, handler, open, values: match(pattern, path) }))
      .filter(({ values }) => values !== undefined);
    if (found.length === 0) throw new Failure(404, 'not-found');
    const claims = found[0].open ? undefined : await gate.claims(request).catch(refusal);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = found.find((each) => each.method === method);
    if (route === undefined) {
      const allowed = found.map((each) => each.method);
      throw new Failure(405, 'method', {
        Allow: [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', '),
      });
    }
    return route.handler({ claims, path: route.values, body: () => readBody(request) });
  };

  const server = createServer({ maxHeaderSize: 32_768 }, (request, response) => {
    handle(request).then(
      ({ status, body, headers }) => answer(response, status, 'application/json', body, headers),
      (error) => {
        const failure = error instanceof Failure ? error : new Failure(500, 'internal');
        if (failure.status === 500) console.error(error);
        else if (failure.status === 401) console.log(`refused: ${failure.why}`);
        answer(response, failure.status, contentType, describe(failure), failure.headers);
      },
    );
  });
  return new Promise((resolve) => {
    server.listen(Number(process.env.PORT ?? 8000), process.env.HOST ?? '127.0.0.1', () => resolve(server));
    process.once('SIGTERM', () => {
      server.close();
      server.closeAllConnections();
    });
  });
}

/** Nothing is decoded but one segment at a time, and nothing is normalised. */
function match(pattern, path) {
  const names = pattern.split('/');
  const segments = path.split('/');
  if (names.length !== segments.length) return undefined;
  const values = {};
  for (const [at, name] of names.entries()) {
    if (!name.startsWith(':')) {
      if (name !== segments[at]) return undefined;
    } else {
      if (segments[at] === '') return undefined;
      try {
        values[name.slice(1)] = decodeURIComponent(segments[at]);
      } catch {
        return undefined;
      }
    }
  }
  return values;
}

function refusal({ why }) {
  if (why === 'unavailable') throw new Failure(503, why, { 'Retry-After': '5' });
  throw new Failure(401, why, { 'WWW-Authenticate': CHALLENGES[why] });
}

async function readBody(request) {
  if (!/^application\/(.+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Failure(415, 'media-type');
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > 100_000) throw new Failure(413, 'too-large');
    chunks.push(chunk);
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new Failure(422, 'body');
}
