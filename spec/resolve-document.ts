import { fileURLToPath } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import type { ErrorObject } from 'ajv';
import type { OpenApiDocument } from './document.ts';
import { defaultContractPath } from './default-contract-path.ts';
import { ContractError } from './errors.ts';
import { explainValidation } from './explain-validation.ts';
import { placeOf } from './place.ts';
import type { ReadDocument } from './read-document.ts';
import type { Reference } from './references.ts';
import { isNear, referencesOf, refuseFarReferences } from './references.ts';

/**
 * The document in one piece, found valid, with every reference replaced by what it leads to but for those of schemas:
 * these may be recursive, and keep their references (within the document).
 *
 * @throws ContractError `unsupported_version`, `invalid_document`, `unresolved_reference`
 */
export async function resolveDocument(document: ReadDocument): Promise<OpenApiDocument> {
  const { source, base, content } = document;
  const minor = minorVersion(document);
  if (content['paths'] === undefined) {
    throw new ContractError(
      'invalid_document',
      `${source}: paths: is missing; the operations of an API stand there`,
    );
  }
  const references = [...referencesOf(content)];
  refuseFarReferences(references, document);
  const path = base.protocol === 'file:' ? fileURLToPath(base) : base.href;
  const options = {
    resolve: resolvers(base),
    dereference: { excludedPathMatcher: isSchemaOrExample },
    // The packaged document is proved valid before it is packaged; proving it again would cost every run half a second.
    ...(path === defaultContractPath() && { validate: { schema: false, spec: false } }),
  };
  // Patch versions do not change the document format (OpenAPI 3.1 §4.1); the parser knows only some of them.
  let whole: object = { ...content, openapi: `${minor}.0` };
  try {
    if (references.some(({ ref }) => !ref.startsWith('#'))) {
      whole = await SwaggerParser.bundle(path, whole as never, options);
    }
    const resolved: unknown = await SwaggerParser.validate(path, whole as never, options);
    return resolved as OpenApiDocument;
  } catch (cause) {
    throw explain(cause as ParserFault, document, references);
  }
}

function minorVersion({ source, content }: ReadDocument): '3.0' | '3.1' {
  const { swagger, openapi } = content;
  if (swagger !== undefined) {
    throw new ContractError(
      'unsupported_version',
      `${source}: swagger: is Swagger ${JSON.stringify(swagger)}; convert the document to OpenAPI 3.0 or 3.1 first`,
    );
  }
  const minor = typeof openapi === 'string' ? /^3\.[01](?=\.\d+)/.exec(openapi)?.[0] : undefined;
  if (minor === undefined) {
    const found = openapi === undefined ? 'is missing' : `is ${JSON.stringify(openapi)}`;
    throw new ContractError(
      'unsupported_version',
      `${source}: openapi: ${found}; must be a string such as "3.0.3" or "3.1.1"`,
    );
  }
  return minor as '3.0' | '3.1';
}

/** Recursive schemas have no end when written out, and the "$ref" of an example is data. */
function isSchemaOrExample(pointer: string): boolean {
  return /^#\/components\/schemas$|^#\/.*\/.*\/.*\/(schema|example|value)$/.test(pointer);
}

/** References inside referenced documents are held to the same bounds as those of the first. */
function resolvers(base: URL): object {
  if (base.protocol === 'file:') return { http: false };
  const canRead = ({ url }: { url: string }): boolean => isNear(new URL(url), base);
  return { file: false, http: { canRead, safeUrlResolver: false, redirects: 0, timeout: 10_000 } };
}

/** What the parser throws, as far as it is of use: `details` from validation, the rest from references. */
interface ParserFault {
  readonly message: string;
  readonly details?: readonly ErrorObject[];
  /** The file or URL at fault. */
  readonly source?: string;
  /** Where the reference stands, counted from the first document, as a URL fragment. */
  readonly parentPath?: string;
  readonly targetRef?: string;
}

function explain(
  fault: ParserFault,
  { source, base }: ReadDocument,
  references: readonly Reference[],
): ContractError {
  const options = { cause: fault };
  if (fault.details !== undefined) {
    return new ContractError('invalid_document', `${source}: ${explainValidation(fault.details)}`, options);
  }
  if (fault.source === undefined) {
    const isReference = fault.message.startsWith('Unable to resolve $ref');
    const code = isReference ? 'unresolved_reference' : 'invalid_document';
    return new ContractError(code, `${source}: ${fault.message}`, options);
  }
  if (fault.targetRef !== undefined && fault.parentPath !== undefined) {
    const where = leadsTo('', base, fault.source) ? '' : ` in ${fault.source}`;
    const problem = `"${fault.targetRef}" leads nowhere${where}; define its target or correct the reference`;
    const message = `${source}: ${placeOf(fault.parentPath)}.$ref: ${problem}`;
    return new ContractError('unresolved_reference', message, options);
  }
  const { source: file } = fault;
  const reference = references.find(({ ref }) => leadsTo(ref, base, file));
  const place = reference === undefined ? '' : `${reference.place}.$ref: `;
  const problem = fault.message.split('\n')[0]?.trim() ?? '';
  return new ContractError('unresolved_reference', `${source}: ${place}${problem}`, options);
}

function leadsTo(ref: string, base: URL, file: string): boolean {
  const target = new URL(ref, base);
  target.hash = '';
  return target.href === file || (target.protocol === 'file:' && fileURLToPath(target) === file);
}
