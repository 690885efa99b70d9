import { describe, expect, it } from 'vitest';
import { authorizationBreakages as breakages } from '../testing/authorization-breakages.ts';
import { alters } from '../testing/breakages.ts';
import { error } from '../testing/fake-api.ts';
import { findingOn } from '../testing/prove.ts';
import { authorizationChecks } from './index.ts';

describe.each(authorizationChecks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  it('passes on a backend that keeps the rules', async () => {
    expect(await findingOn(check)).toMatchObject({ outcome: 'pass' });
  });

  it('fails on a backend with the fault it is for', async () => {
    expect(breakages).toHaveProperty([id]);
    expect(await findingOn(check, breakages[id])).toMatchObject({ outcome: 'fail' });
  });
});

describe('a backend that hides foreign resources behind a 404', () => {
  const hides = alters(
    ({ status }) => status === 403,
    () => error(404, 'not_found'),
  );

  it.each(authorizationChecks.map((check) => [check.id, check] as const))(
    'passes %s where it is declared to',
    async (_, check) => {
      const finding = await findingOn(check, { breakage: hides, settings: { crossUserStatus: 404 } });
      expect(finding).toMatchObject({ outcome: 'pass' });
    },
  );

  it('fails where it is not', async () => {
    const [check] = authorizationChecks.filter(({ id }) => id === 'cross-get');
    expect(check && (await findingOn(check, { breakage: hides }))).toMatchObject({ outcome: 'fail' });
  });
});
