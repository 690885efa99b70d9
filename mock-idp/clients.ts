import { sameText } from './refresh-families.ts';

/** An application that users sign in to, or that acts for itself (RFC 6749 §2). */
export interface Client {
  readonly clientId: string;
  /** Without one the client is public (RFC 6749 §2.1). */
  readonly clientSecret?: string;
  /** Compared verbatim (RFC 9700 §2.1). Default: any. */
  readonly redirectUris?: readonly string[];
  /** Default: any. */
  readonly postLogoutRedirectUris?: readonly string[];
}

/** The clients of a server. Without a list every client is known, and every secret is right: nothing need be set up. */
export class Clients {
  readonly #known: ReadonlyMap<string, Client> | undefined;

  constructor(clients: readonly Client[] | undefined) {
    this.#known = clients && new Map(clients.map((client) => [client.clientId, client]));
  }

  find(clientId: string): Client | undefined {
    return this.#known === undefined ? { clientId } : this.#known.get(clientId);
  }

  /** The client, where its secret is right. */
  authenticate(clientId: string, clientSecret: string | undefined): Client | undefined {
    const client = this.find(clientId);
    if (client?.clientSecret === undefined) return client;
    return sameText(clientSecret ?? '', client.clientSecret) ? client : undefined;
  }
}
