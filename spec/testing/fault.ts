import { ContractError } from '../errors.ts';
import type { ContractErrorCode } from '../errors.ts';
import { loadContract } from '../load-contract.ts';
import { createScratch } from './scratch.ts';

export interface Fault {
  readonly code: ContractErrorCode;
  readonly message: string;
}

/** Why a contract cannot be loaded. @throws Error where it can, or where anything but a `ContractError` is thrown. */
export async function faultOf(source: string | URL): Promise<Fault> {
  const error: unknown = await loadContract(source).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ContractError))
    throw new Error('loadContract threw no ContractError', { cause: error });
  return { code: error.code, message: error.message };
}

/** The same for `api.yaml` among other files in one folder, which messages do not show. */
export async function faultOfDocument(
  document: unknown,
  others: Readonly<Record<string, unknown>> = {},
): Promise<Fault> {
  await using scratch = await createScratch();
  for (const [name, content] of Object.entries(others)) await scratch.write(name, content);
  const { code, message } = await faultOf(await scratch.write('api.yaml', document));
  return { code, message: message.replaceAll(`${scratch.folder}/`, '') };
}
