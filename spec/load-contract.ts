import type { Contract } from './contract.ts';
import { ContractError } from './errors.ts';
import { operationsOf } from './operations.ts';
import { readDocument } from './read-document.ts';
import { resolveDocument } from './resolve-document.ts';

/**
 * Reads an OpenAPI 3.0 or 3.1 document, in YAML or JSON, as a contract: checked against the OpenAPI Specification,
 * with every reference resolved and every schema in JSON Schema 2020-12.
 *
 * - An operation is protected where each way to call it asks for a bearer token (`type: http, scheme: bearer`),
 *   OpenID Connect or OAuth 2.0. One that asks for other credentials alone is left out.
 * - The path parameter that names the owner of a resource bears `x-owner-claim: <claim>`.
 * - Paths are those of the document; a path in `servers` is a part of the target's URL.
 * - A reference leads to where the document is from: from a file to files, from a URL to the same origin.
 *
 * @param pathOrUrl a path (relative to the working directory), or a `file:`, `http:` or `https:` URL
 * @throws ContractError with the place in the document and what to do
 */
export async function loadContract(pathOrUrl: string | URL): Promise<Contract> {
  const read = await readDocument(pathOrUrl);
  const { source, sha256 } = read;
  const document = await resolveDocument(read);
  const operations = operationsOf(document, source);
  if (!operations.some(({ security }) => security.length > 0)) {
    throw new ContractError(
      'no_protected_operation',
      `${source}: paths: no operation is protected, so there is nothing to prove. A protected operation is one whose ` +
        '`security` (its own, or that of the document) names a scheme of components.securitySchemes with ' +
        '"type: http, scheme: bearer", "type: openIdConnect" or "type: oauth2".',
    );
  }
  return { title: document.info.title, version: document.info.version, sha256, source, operations };
}
