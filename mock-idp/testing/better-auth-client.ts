import { createAuthClient } from 'better-auth/client';
import { jwtClient } from 'better-auth/client/plugins';

interface Options {
  readonly baseURL: string;
  readonly plugins: [ReturnType<typeof jwtClient>];
  readonly fetchOptions: { readonly customFetchImpl: typeof fetch };
}

export type BetterAuthClient = ReturnType<typeof createAuthClient<Options>>;

/** The client library as a page has it: its cookie is kept, and every request says where the page is from. */
export function betterAuthClient(baseURL: string): BetterAuthClient {
  let cookie = '';
  const fetchAsPage = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.headers.set('origin', new URL(baseURL).origin);
    if (cookie !== '') request.headers.set('cookie', cookie);
    const response = await fetch(request);
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    return response;
  };
  return createAuthClient({
    baseURL,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: fetchAsPage },
  });
}
