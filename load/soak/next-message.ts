import type { EventEmitter } from 'node:events';

/**
 * The next message of this kind from a process. Listens throughout: messages that come together are emitted in one go, so
 * whoever asks anew after each of them misses the second.
 */
export function nextMessage<M extends { readonly kind: string }, K extends M['kind']>(
  child: EventEmitter,
  kind: K,
): Promise<Extract<M, { kind: K }>> {
  return new Promise((resolve) => {
    const take = (message: M): void => {
      if (message.kind !== kind) return;
      child.off('message', take);
      resolve(message as Extract<M, { kind: K }>);
    };
    child.on('message', take);
  });
}
