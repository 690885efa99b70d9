import autocannon from 'autocannon';

/** What one server did in one round. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export type PreparedRequest = Pick<autocannon.Request, 'method' | 'path' | 'headers' | 'body'>;

/** What every contestant is asked, with a token. */
export function meRequest(token: string): PreparedRequest {
  return { method: 'GET', path: '/api/v1/me', headers: { authorization: `Bearer ${token}` } };
}

/**
 * Sends the requests in rotation over `connections`, each waiting for its answer before the next request. They are built
 * beforehand.
 * @throws Error where an answer is not 2xx
 */
export async function load(
  url: string,
  requests: readonly PreparedRequest[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const shares = Array.from({ length: connections }, (_, n) =>
    requests.filter((_, index) => index % connections === n % requests.length),
  );
  const times: number[] = [];
  let client = 0;
  let began = 0;
  let ended = 0;
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    setupClient: (each) => {
      each.setRequests(shares[client] ?? []);
      client += 1;
    },
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: Error | null, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
    // Its own histogram knows whole milliseconds only.
    instance.on('response', (_client, _status, _bytes, ms) => {
      times.push(ms);
      ended = performance.now();
    });
    // Its own duration has the building of the requests in it.
    instance.on('start', () => (began = performance.now()));
  });
  const { '2xx': good, non2xx, errors } = result;
  if (non2xx + errors > 0)
    throw new Error(
      `${url} answered ${non2xx} of ${good + non2xx} requests with another status than 2xx; ${errors} failed.`,
    );
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? NaN;
  return { requests: good, requestsPerSecond: (good / (ended - began)) * 1000, p50: at(0.5), p99: at(0.99) };
}
