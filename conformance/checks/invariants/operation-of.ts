import type { Evidence } from '../../invariant.ts';
import type { Operation } from '../../../spec/index.ts';
import type { Exchange } from '../../model.ts';

/** The operation that a request was for; `undefined` where its path or method is not that of any. */
export function operationOf(
  { contract, basePath }: Pick<Evidence, 'contract' | 'basePath'>,
  { method, path }: Exchange['request'],
): Operation | undefined {
  const [pathname = ''] = path.split('?', 1);
  if (!pathname.startsWith(basePath)) return undefined;
  return contract.operations.find(
    (operation) =>
      operation.method === method && templateOf(operation.path).test(pathname.slice(basePath.length)),
  );
}

function templateOf(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}
