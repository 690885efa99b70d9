import { fileURLToPath } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import type { ErrorObject } from 'ajv';
import type { OpenApiDocument } from './document.ts';
import { ContractError } from './errors.ts';
import { explainValidation, placeOf } from './place.ts';
import type { ReadDocument } from './read-document.ts';
import { isNear, keepKeywordsBesideReferences, referencesOf, refuseFarReferences } from './references.ts';

/**
 * The document, found valid and with every reference replaced by what it leads to.
 *
 * @throws ContractError `unsupported_version`, `invalid_document`, `unresolved_reference`
 */
export async function resolveDocument(document: ReadDocument): Promise<OpenApiDocument> {
  const { base, content } = document;
  const minor = minorVersion(document);
  refuseFarReferences(document);
  try {
    const resolved: unknown = await SwaggerParser.validate(
      base.protocol === 'file:' ? fileURLToPath(base) : base.href,
      // Patch versions do not change the document format (OpenAPI 3.1 §4.1); the parser knows only some of them.
      {
        ...(minor === '3.1' ? (keepKeywordsBesideReferences(content) as object) : content),
        openapi: `${minor}.0`,
      } as never,
      { resolve: resolvers(base) } as SwaggerParser.Options,
    );
    return resolved as OpenApiDocument;
  } catch (cause) {
    throw explain(cause as ParserFault, document);
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
  /** Where in it the reference stands, as a URL fragment. */
  readonly parentPath?: string;
  readonly targetRef?: string;
}

function explain(fault: ParserFault, { source, base, content }: ReadDocument): ContractError {
  const options = { cause: fault };
  if (fault.details !== undefined) {
    return new ContractError('invalid_document', `${source}: ${explainValidation(fault.details)}`, options);
  }
  if (fault.source === undefined)
    return new ContractError('invalid_document', `${source}: ${fault.message}`, options);
  if (fault.targetRef !== undefined && fault.parentPath !== undefined) {
    const file = leadsTo('', base, fault.source) ? source : fault.source;
    const problem = `"${fault.targetRef}" leads nowhere; define its target or correct the reference`;
    const message = `${file}: ${placeOf(fault.parentPath)}.$ref: ${problem}`;
    return new ContractError('unresolved_reference', message, options);
  }
  const { source: file } = fault;
  const reference = [...referencesOf(content)].find(({ ref }) => leadsTo(ref, base, file));
  const place = reference === undefined ? '' : `${reference.place}.$ref: `;
  const problem = fault.message.split('\n')[0] ?? '';
  return new ContractError('unresolved_reference', `${source}: ${place}${problem}`, options);
}

function leadsTo(ref: string, base: URL, file: string): boolean {
  const target = new URL(ref, base);
  target.hash = '';
  return target.href === file || (target.protocol === 'file:' && fileURLToPath(target) === file);
}
