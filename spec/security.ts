import type { SecurityRequirement } from './contract.ts';
import type { OpenApiDocument, OperationObject, SecurityScheme } from './document.ts';
import { ContractError } from './errors.ts';

/** Who may call an operation, as far as a suite that holds access tokens is concerned. */
export type Guard =
  | { readonly kind: 'open' }
  | { readonly kind: 'token'; readonly security: readonly SecurityRequirement[] }
  /** Guarded by other credentials alone: an API key, a client certificate, a password. */
  | { readonly kind: 'other' };

/**
 * An operation's own `security` replaces that of the document. Its entries are alternatives, and an empty list or an
 * empty entry lets everybody in (OpenAPI 3.1 §4.8.10, §4.8.30).
 *
 * @param source what messages call the document
 * @param place where the operation stands in it
 * @throws ContractError `invalid_document` for a scheme that the document does not define
 */
export function guardOf(
  operation: OperationObject,
  document: OpenApiDocument,
  { source, place }: { readonly source: string; readonly place: string },
): Guard {
  const alternatives = operation.security ?? document.security ?? [];
  const schemes = document.components?.securitySchemes ?? {};
  for (const name of alternatives.flatMap(Object.keys)) {
    if (schemes[name] === undefined) {
      const where = operation.security === undefined ? 'security' : `${place}.security`;
      const problem = `"${name}" is not defined in components.securitySchemes; define it there or correct the name`;
      throw new ContractError('invalid_document', `${source}: ${where}: ${problem}`);
    }
  }
  if (alternatives.length === 0 || alternatives.some((each) => Object.keys(each).length === 0)) {
    return { kind: 'open' };
  }
  const security = alternatives
    .flatMap((each) => Object.entries(each))
    .filter(([name]) => takesToken(schemes[name]))
    .map(([scheme, scopes]) => ({ scheme, scopes }));
  return security.length > 0 ? { kind: 'token', security } : { kind: 'other' };
}

/** Whether its credentials go into `Authorization: Bearer` (RFC 6750 §2.1); those of OAuth 2.0 and OpenID Connect do. */
function takesToken(scheme: SecurityScheme | undefined): boolean {
  if (scheme?.type === 'http') return scheme.scheme?.toLowerCase() === 'bearer';
  return scheme?.type === 'oauth2' || scheme?.type === 'openIdConnect';
}
