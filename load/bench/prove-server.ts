import type { TokenSet } from './tokens.ts';

/**
 * A server that answers 200 to everything would win every race: each shows first that it tells good tokens from bad ones.
 * @throws Error naming the server and what it got wrong
 */
export async function proveServer(name: string, url: string, { good, bad }: TokenSet): Promise<void> {
  const answerTo = async (token?: string): Promise<number> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/api/v1/me`, { headers });
    const body = await response.text();
    if (response.ok && !body.includes('user_id')) throw new Error(`${name} answers without a user: ${body}`);
    return response.status;
  };
  for (const token of [...good.slice(0, 2), ...good.slice(0, 2)]) {
    const status = await answerTo(token);
    if (status !== 200) throw new Error(`${name} answers ${status} to a good token.`);
  }
  for (const [defect, token] of [...bad, ['no token', undefined] as const]) {
    const status = await answerTo(token);
    if (status !== 401) throw new Error(`${name} answers ${status} to ${defect}, not 401.`);
  }
}
