/**
 * Why a contract cannot be used.
 *
 * - `unreadable`: the file or URL cannot be read.
 * - `not_a_document`: it was read, but is neither YAML nor JSON, or not an object.
 * - `unsupported_version`: a version of OpenAPI other than 3.0 and 3.1, or Swagger 2.0.
 * - `invalid_document`: it breaks a rule of the OpenAPI Specification.
 * - `unresolved_reference`: a `$ref` leads nowhere, or to a place from which nothing is read.
 * - `no_protected_operation`: there is nothing to test in it.
 * - `invalid_requirement`: an entry of `spec/requirements` is wrong.
 * - `unknown_requirement_set`: there is no set of requirements of that version.
 */
export type ContractErrorCode =
  | 'unreadable'
  | 'not_a_document'
  | 'unsupported_version'
  | 'invalid_document'
  | 'unresolved_reference'
  | 'no_protected_operation'
  | 'invalid_requirement'
  | 'unknown_requirement_set';

/** A contract or a requirement that cannot be used. The message names the place in the document and what to do. */
export class ContractError extends Error {
  static {
    this.prototype.name = 'ContractError';
  }
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
