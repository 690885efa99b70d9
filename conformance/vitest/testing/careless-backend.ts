/** Lets in whoever sends anything. */
const SERVER = [
  `const answer = (status, body) => (r) => r.writeHead(status, { 'content-type': 'application/json' }).end(body)`,
  `const open = answer(200, '{}')`,
  `const closed = answer(401, '{}')`,
  `require('http').createServer((q, r) => (q.headers.authorization || q.url === '/health' ? open : closed)(r)).listen(process.env.PORT, process.env.HOST)`,
].join(';');

/** The shell command that starts a backend that lets in whoever sends anything. */
export const CARELESS_BACKEND: string = `"${process.execPath}" -e "${SERVER}"`;
