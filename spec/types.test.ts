import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defaultContractPath } from './default-contract-path.ts';
import type { components, operations } from './index.ts';

type Schemas = components['schemas'];

describe('types.gen.ts', () => {
  it('is what `npm run generate` makes of openapi.yaml', async () => {
    const committed = fileURLToPath(new URL('types.gen.ts', import.meta.url));
    const nodes = await openapiTS(pathToFileURL(defaultContractPath()));
    const options = { ...(await resolveConfig(committed)), filepath: committed };
    const generated = await format(COMMENT_HEADER + astToString(nodes), options);
    expect(generated, 'run `npm run generate` and commit the result').toBe(await readFile(committed, 'utf8'));
  });

  it('holds the closed lists of error codes', () => {
    expectTypeOf<Schemas['AuthError']['error_code']>().toEqualTypeOf<
      | 'missing_token'
      | 'invalid_token'
      | 'token_expired'
      | 'forbidden'
      | 'insufficient_scope'
      | 'jwks_unavailable'
    >();
    expectTypeOf<Schemas['ForbiddenError']['error_code']>().toEqualTypeOf<'forbidden'>();
  });

  it('says what may be null', () => {
    expectTypeOf<Schemas['AuthenticatedUser']>().toEqualTypeOf<{
      user_id: string;
      email: string | null;
      name: string | null;
      exp: number;
      iss: string;
    }>();
    expectTypeOf<Schemas['TaskPage']['next_cursor']>().toEqualTypeOf<string | null>();
  });

  it('lets nobody forget the owner', () => {
    expectTypeOf<operations['listTasks']['parameters']['path']>().toEqualTypeOf<{ user_id: string }>();
  });
});
