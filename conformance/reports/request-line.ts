import type { Exchange } from '../model.ts';

/** A request in one line, with the headers that a check may have made peculiar. */
export function requestLine({ request: { method, path, headers } }: Exchange): string {
  const peculiar = headers.filter(([name]) => !/^(?:accept|content-type)$/i.test(name));
  return [`${method} ${path}`, ...peculiar.map(([name, value]) => `${name}: ${value}`)].join('  ');
}
