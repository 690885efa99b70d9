/** A key set endpoint in place of the network: counts requests and answers as told. */
export interface TestEndpoint {
  readonly fetch: typeof globalThis.fetch;
  /** How many requests it got. */
  readonly requests: number;
  /** What it answers from now on: entries of a key set, any response, or an error for a failed connection. */
  answer(what: readonly unknown[] | Respond | Error): void;
  /** Takes requests and answers none until the function it gives is called. */
  hold(): () => void;
}

/** @param headers of the request, under lower-case names */
type Respond = (headers: Readonly<Record<string, string | undefined>>) => Response | Promise<Response>;

export function createEndpoint(keys: readonly unknown[]): TestEndpoint {
  let requests = 0;
  let respond: Respond = () => Response.json({ keys });
  let held: Promise<void> | undefined;
  return {
    get requests() {
      return requests;
    },
    fetch: async (_, init) => {
      requests += 1;
      await held;
      return respond(Object.fromEntries(new Headers(init?.headers)));
    },
    answer(what) {
      if (what instanceof Error) respond = () => Promise.reject(what);
      else respond = typeof what === 'function' ? what : () => Response.json({ keys: what });
    },
    hold() {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        held = undefined;
        release();
      };
    },
  };
}
