import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { FromGenerator } from './messages.ts';
import { nextMessage } from './next-message.ts';

test('hears a message that comes together with others', async () => {
  const child = new EventEmitter();
  const taken = nextMessage<FromGenerator, 'taken'>(child, 'taken');
  child.emit('message', { kind: 'counts' });
  child.emit('message', { kind: 'taken' });
  expect(await taken).toEqual({ kind: 'taken' });
  expect(child.listenerCount('message')).toBe(0);
});
