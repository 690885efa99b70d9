import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DocumentServer extends AsyncDisposable {
  readonly origin: string;
}

/** Serves documents as JSON by path; a path without one is answered 404. */
export async function serveDocuments(documents: Readonly<Record<string, unknown>>): Promise<DocumentServer> {
  const server = createServer(({ url = '' }, response) => {
    const document = documents[url];
    response
      .writeHead(document === undefined ? 404 : 200, { connection: 'close' })
      .end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
