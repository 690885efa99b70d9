import { expect, test } from 'vitest';
import { k6Command } from './k6-command.ts';

const needs = { variables: ['TOKENS'], folders: ['/pool'] };

test('a program is run as it is', () => {
  const { command } = k6Command(
    { kind: 'binary', path: '/bin/k6', version: '2.2.0' },
    ['run', 'x.ts'],
    needs,
  );
  expect(command).toEqual(['/bin/k6', 'run', 'x.ts']);
});

test('a container is given the variables by name, so that no value stands in a command line, and the files to read', () => {
  const k6 = { kind: 'docker', image: 'mirror/k6:1', version: '2.2.0' } as const;
  const command = k6Command(k6, ['run', 'x.ts'], needs).command.join(' ');
  expect(command).toContain(
    '--env TOKENS --mount type=bind,source=/pool,target=/pool,readonly mirror/k6:1 run x.ts',
  );
});
