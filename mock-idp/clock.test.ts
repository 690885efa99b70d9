import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { type ClockChange, connectMockIdp, type MockIdp, startMockIdp } from './index.ts';

const REAL = Date.UTC(2030, 0, 31, 12);

describe('the clock', () => {
  it.each<[string, readonly ClockChange[], string]>([
    ['is real at first', [], '12:00:10'],
    ['stands still', [{ kind: 'freeze' }], '12:00:00'],
    ['stands at a time', [{ kind: 'freeze', at: '2030-01-31T14:00:00+01:00' }], '13:00:00'],
    ['stands at a time from now', [{ kind: 'freeze', at: '-1h' }], '11:00:00'],
    ['goes forward while it stands', [{ kind: 'freeze' }, { kind: 'advance', by: '+15m' }], '12:15:00'],
    ['goes forward while it runs', [{ kind: 'advance', by: '+1h' }], '13:00:10'],
    [
      'adds one advance to another',
      [
        { kind: 'advance', by: '+1h' },
        { kind: 'advance', by: '-5m' },
      ],
      '12:55:10',
    ],
    [
      'runs at an offset, whatever was before',
      [{ kind: 'freeze' }, { kind: 'offset', by: '-1s' }],
      '12:00:09',
    ],
    ['is real again', [{ kind: 'freeze' }, { kind: 'advance', by: '+1h' }, { kind: 'real' }], '12:00:10'],
  ])('%s', (_, changes, expected) => {
    let real = REAL;
    const clock = new Clock(() => real);
    for (const change of changes) clock.change(change);
    real += 10_000;
    expect(new Date(clock.now()).toISOString().slice(11, 19)).toBe(expected);
  });

  it('tells its exact offset, however much time ends while it is asked', () => {
    let real = REAL;
    const clock = new Clock(() => (real += 1));
    expect(clock.info().offsetMs).toBe(0);
    expect(clock.change({ kind: 'offset', by: '-1s' }).offsetMs).toBe(-1000);
    const { now, offsetMs } = clock.change({ kind: 'freeze', at: '2030-01-31T13:00:00Z' });
    expect(now - offsetMs).toBe(real);
  });

  it.each<[ClockChange, string]>([
    [{ kind: 'freeze', at: 'tomorrow' }, 'at: "tomorrow" is no time'],
    [{ kind: 'freeze', at: '2030-01-31T12:00:00' }, 'is no time'],
    [{ kind: 'advance', by: '15m' }, 'by: "15m" is no span of time'],
    [{ kind: 'offset', by: '+999999999999d' }, 'The clock goes from 1970-01-01 to 9999-12-31'],
    [{ kind: 'stop' } as never, 'expected one of freeze, advance, offset, real'],
    [{ kind: 'freeze', by: '+1s' } as never, 'unknown member "by"'],
  ])('refuses %j and stays as it was', (change, message) => {
    const clock = new Clock(() => REAL);
    expect(() => clock.change(change)).toThrow(message);
    expect(clock.info()).toEqual({
      now: REAL,
      iso: '2030-01-31T12:00:00.000Z',
      frozen: false,
      offsetMs: 0,
    });
  });

  it('always has a time that a date can name', () => {
    const span = fc
      .tuple(fc.constantFrom('+', '-'), fc.nat(999_999_999_999), fc.constantFrom('s', 'm', 'h', 'd'))
      .map((parts) => parts.join(''));
    const change = fc.oneof(
      fc.record({ kind: fc.constantFrom('advance', 'offset'), by: span }),
      fc.record({ kind: fc.constant('freeze'), at: span }),
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const clock = new Clock(() => REAL);
        for (const each of changes) {
          try {
            clock.change(each);
          } catch {
            // Refused: the time must stay good all the same.
          }
        }
        expect(clock.info().iso).toMatch(/^\d{4}-/u);
      }),
    );
  });
});

describe.each([
  { transport: 'in process', open: (idp: MockIdp) => Promise.resolve(idp) },
  { transport: 'over HTTP', open: (idp: MockIdp) => connectMockIdp(idp.url) },
])('the clock of a server $transport', ({ open }) => {
  it('goes for tokens, sessions, inspection, the journal and the Date header alike', async () => {
    await using idp = await startMockIdp();
    const control = await open(idp);
    const at = Date.UTC(2040, 0, 1);
    expect(await control.setClock({ kind: 'freeze', at: '2040-01-01T00:00:00Z' })).toMatchObject({ now: at });
    expect(await control.clock()).toMatchObject({ now: at, frozen: true });

    const { token, claims } = await control.issuer('a').mint();
    expect(claims).toMatchObject({ iat: at / 1000, exp: at / 1000 + 300 });
    const introspect = async (): Promise<unknown> =>
      (
        await fetch(`${idp.url}/a/introspect`, { method: 'POST', body: new URLSearchParams({ token }) })
      ).json();
    expect(await introspect()).toMatchObject({ active: true });
    const answer = await fetch(`${idp.url}/a/jwks`);
    expect(answer.headers.get('date')).toBe('Sun, 01 Jan 2040 00:00:00 GMT');
    expect(await control.issuer('a').journal({ endpoint: 'jwks' })).toMatchObject([{ at }]);

    await control.setClock({ kind: 'advance', by: '+301s' });
    expect(await introspect()).toEqual({ active: false });

    await expect(control.setClock({ kind: 'advance', by: '1' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('is real again on DELETE', async () => {
    await using idp = await startMockIdp();
    await idp.setClock({ kind: 'freeze', at: '2040-01-01T00:00:00Z' });
    const response = await fetch(`${idp.url}/_mock/clock`, { method: 'DELETE' });
    expect(await response.json()).toMatchObject({ frozen: false, offsetMs: 0 });
  });
});
