import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startMockIdp } from '../../mock-idp/index.ts';
import { haveTool } from '../../spec/testing/tool.ts';
import type { Exchange, Repeat } from '../model.ts';
import { repetitionOf } from './repetition.ts';
import { quote, quoteWith } from './shell.ts';

const running = { target: 'http://127.0.0.1:8000', launched: false, idp: 'http://127.0.0.1:4000' };
const good = { label: 'good token', make: ['--sub', 'user-123'] };

const exchangeOf = (request: Partial<Exchange['request']>, repeat: Partial<Repeat> = {}): Exchange => ({
  request: { method: 'GET', path: '/api/v1/me', headers: [['Accept', 'application/json']], ...request },
  response: { status: 200, headers: [], body: '' },
  durationMs: 1,
  repeat: { tokens: [good], raw: false, story: false, ...repeat },
});
const bearer = ['Authorization', 'Bearer [good token]'] as const;

describe('a request is repeated by', () => {
  test('a command that makes the token, and one of curl', () => {
    const { commands } = repetitionOf(exchangeOf({ headers: [['Accept', '*/*'], bearer] }), running);
    expect(commands).toEqual([
      'TOKEN=$(npx gateproof token --sub user-123)',
      `curl -i -H 'Accept: */*' -H "Authorization: Bearer $TOKEN" \\\n  http://127.0.0.1:8000/api/v1/me`,
    ]);
  });

  test('the address a user gives, where the suite had started the backend', () => {
    const exchange = exchangeOf({ headers: [['Accept', '*/*']] });
    const { commands } = repetitionOf(exchange, {
      ...running,
      launched: true,
      idp: 'http://127.0.0.1:40123',
    });
    expect(commands).toEqual([`curl -i -H 'Accept: */*' "$URL"/api/v1/me`]);
  });

  test('the mock identity provider of the run, where it runs elsewhere', () => {
    const { commands } = repetitionOf(exchangeOf({ headers: [bearer] }), { ...running, idp: 'http://idp:1' });
    expect(commands[0]).toBe('TOKEN=$(npx gateproof token --idp http://idp:1 --sub user-123)');
  });

  test('two variables, where two tokens are in it', () => {
    const two = [good, { label: 'other', make: ['--forge', 'alg-none-case', '--variant', "it's"] }];
    const headers = [bearer, ['Authorization', 'Bearer [other]']] as const;
    const { commands } = repetitionOf(exchangeOf({ headers }, { tokens: two }), running);
    expect(commands[1]).toBe(`TOKEN2=$(npx gateproof token --forge alg-none-case --variant 'it'\\''s')`);
    expect(commands[2]).toContain('"Authorization: Bearer $TOKEN2"');
  });
});

test.each<[string, Partial<Exchange['request']>, Partial<Repeat>, RegExp]>([
  ['wrote bytes', {}, { raw: true }, /wrote these bytes itself; curl would change them/],
  [
    'made a token itself',
    { headers: [bearer] },
    { tokens: [{ label: 'good token' }] },
    /made the token "good token" itself/,
  ],
  ['took a token apart', { headers: [['A', '[header of good token].x']] }, {}, /taken apart/],
  ['sent more than a report shows', { body: 'aa… (9 more characters)' }, {}, /only its beginning/],
  ['sent a control character', { headers: [['A', 'a\u0001b']] }, {}, /the value of A is not plain text/],
  ['sent a blank in a path', { path: '/a b' }, {}, /path is not printable/],
  ['set the length itself', { headers: [['Content-Length', '3']] }, {}, /curl sets Content-Length itself/],
])('says why curl cannot repeat it where a check %s', (_, request, repeat, note) => {
  const repetition = repetitionOf(exchangeOf(request, repeat), running);
  expect(repetition.commands).toEqual([]);
  expect(repetition.note).toMatch(note);
});

test('says that a step of a story may get another answer by itself', () => {
  const { commands, note } = repetitionOf(exchangeOf({}, { story: true }), running);
  expect(commands).toHaveLength(1);
  expect(note).toMatch(/^One step of a story/);
});

test.each(['it\'s $HOME `id` \\ "quoted" !x', '', '-n', 'a\nb', '*'])('a shell reads %j as it is', (text) => {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s|' ${quote(text)}`], { encoding: 'utf8' });
  expect(stdout).toBe(`${text}|`);
  const word = quoteWith(`${text}[mark]9${text}`, new Map([['[mark]', 'TOKEN']]));
  const mixed = spawnSync('sh', ['-c', `TOKEN=' a  b '; printf '%s|' ${word}`], { encoding: 'utf8' });
  expect(mixed.stdout).toBe(`${text} a  b 9${text}|`);
});

const haveCurl = haveTool(
  'curl',
  spawnSync('curl', ['--version']).status === 0,
  'Without curl, its commands are not tried.',
);

describe.runIf(haveCurl)('what curl sends', () => {
  test.each<[string, Partial<Exchange['request']>]>([
    ['a read', { headers: [['Accept', 'application/json'], bearer] }],
    [
      'a body',
      { method: 'POST', path: '/t?a=b&c', headers: [['Content-Type', 'a/b']], body: `{"a":"it's @x $Y"}` },
    ],
    ['a body without a type', { method: 'PATCH', body: '@file' }],
    ['dots and brackets', { path: '/api/../x/{a}[1-2]/./%2e' }],
    [
      'two headers of a name, and an empty one',
      {
        headers: [
          ['X', '1'],
          ['X', '2'],
          ['Y', ''],
        ],
      },
    ],
    ['a token in the path', { path: '/a/[good token]?t=[good token]#f' }],
    ['HEAD', { method: 'HEAD' }],
    ['another method', { method: 'DELETE', headers: [['Host', 'elsewhere'], bearer] }],
  ])('is %s, to the byte', async (_, request) => {
    await using idp = await startMockIdp();
    const received = await receive(async (url) => {
      const exchange = exchangeOf(request);
      const { commands, note } = repetitionOf(exchange, { target: url, launched: false, idp: idp.url });
      expect(note).toBeUndefined();
      const script = commands
        .join('\n')
        .replaceAll('npx gateproof', `'${process.execPath}' bin/gateproof.js`);
      const child = spawn('bash', ['-c', `${script} -sS -m 10`], { stdio: 'ignore' });
      await once(child, 'close');
    });
    const [head = '', body = ''] = received
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[good token]')
      .split('\r\n\r\n');
    const [line, ...fields] = head.split('\r\n');
    const { method, path, headers, body: sent = '' } = exchangeOf(request).request;
    expect(line).toBe(`${method} ${path} HTTP/1.1`);
    const own = /^(?:Host: 127|User-Agent|Content-Length)/i;
    const shown = headers.map(([name, value]) => `${name}: ${value}`.trimEnd());
    expect(
      fields
        .filter((field) => !own.test(field))
        .map((field) => field.trimEnd())
        .sort(),
    ).toEqual([...shown].sort());
    expect(body).toBe(sent);
  });
});

/** The bytes of the first request that a server gets meanwhile. */
async function receive(during: (url: string) => Promise<void>): Promise<string> {
  let text = '';
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        text += chunk.toString('latin1');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        const end = text.indexOf('\r\n\r\n');
        if (end >= 0 && text.length >= end + 4 + length)
          socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await during(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  return text;
}
