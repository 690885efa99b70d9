import type { HttpMethod, Operation, ResponseContract } from './contract.ts';
import type { HeaderObject, OpenApiDocument, OperationObject, ResponseObject } from './document.ts';
import { ContractError } from './errors.ts';
import { exampleOf } from './example.ts';
import { createSchemaConverter } from './json-schema.ts';
import type { SchemaConverter } from './json-schema.ts';
import { mergeParameters, ownerOf, parametersOf } from './parameters.ts';
import { guardOf } from './security.ts';

const methods: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/**
 * The operations of a dereferenced document, in its order, without those that take no access token and are not open.
 *
 * @param source what messages call the document
 * @throws ContractError `invalid_document`, `unresolved_reference`
 */
export function operationsOf(document: OpenApiDocument, source: string): readonly Operation[] {
  const request = createSchemaConverter(document, source, 'request');
  const response = createSchemaConverter(document, source, 'response');
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [key, value] of Object.entries(item)) {
      const method = methods.find((name) => name.toLowerCase() === key);
      if (method === undefined) continue;
      const operation = value as OperationObject;
      const at = { source, place: `paths.${path}.${key}` };
      const guard = guardOf(operation, document, at);
      if (guard.kind === 'other') continue;
      const parameters = mergeParameters(item.parameters, operation.parameters);
      const owner = ownerOf(parameters, at);
      const requestBody = requestBodyOf(operation, at.place, request);
      operations.push({
        id: operation.operationId ?? `${method} ${path}`,
        method,
        path,
        security: guard.kind === 'token' ? guard.security : [],
        parameters: parametersOf(parameters, path, at, request),
        ...(owner !== undefined && { owner }),
        ...(requestBody !== undefined && { requestBody }),
        responses: mapEntries(operation.responses ?? {}, ([status, each]) => [
          status,
          responseOf(each, `${at.place}.responses.${status}`, response),
        ]),
      });
    }
  }
  refuseSharedIds(operations, source);
  return operations;
}

function requestBodyOf(
  { requestBody }: OperationObject,
  place: string,
  convert: SchemaConverter,
): Operation['requestBody'] {
  const types = Object.keys(requestBody?.content ?? {});
  const contentType = types.find(isJson) ?? types[0];
  const media = contentType === undefined ? undefined : requestBody?.content[contentType];
  if (contentType === undefined || media === undefined) return undefined;
  const schema = convert(media.schema, `${place}.requestBody.content.${contentType}.schema`);
  const example = exampleOf(media, schema);
  return {
    contentType,
    required: requestBody?.required ?? false,
    schema,
    ...(example !== undefined && { example }),
  };
}

function isJson(contentType: string): boolean {
  return /^application\/(.+\+)?json\s*(;|$)/i.test(contentType);
}

function responseOf(response: ResponseObject, place: string, convert: SchemaConverter): ResponseContract {
  return {
    description: response.description,
    content: mapEntries(response.content ?? {}, ([type, media]) => {
      const schema = convert(media.schema, `${place}.content.${type}.schema`);
      const example = exampleOf(media, schema);
      return [type, { schema, ...(example !== undefined && { example }) }];
    }),
    headers: mapEntries(response.headers ?? {}, ([name, header]) => [
      name.toLowerCase(),
      headerOf(header, `${place}.headers.${name}.schema`, convert),
    ]),
  };
}

function headerOf(
  header: HeaderObject,
  place: string,
  convert: SchemaConverter,
): ResponseContract['headers'][string] {
  const schema = header.schema ?? Object.values(header.content ?? {})[0]?.schema;
  return { required: header.required ?? false, schema: convert(schema, place) };
}

function mapEntries<From, To>(
  object: Readonly<Record<string, From>>,
  map: (entry: [string, From]) => [string, To],
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(object).map(map));
}

/** `operationId` is unique (OpenAPI 3.1 §4.8.10), and a report names an operation by it. */
function refuseSharedIds(operations: readonly Operation[], source: string): void {
  const seen = new Map<string, Operation>();
  for (const operation of operations) {
    const { id, path, method } = operation;
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      const place = `paths.${path}.${method.toLowerCase()}.operationId`;
      const problem = `"${id}" is also that of ${earlier.method} ${earlier.path}; give each operation an id of its own`;
      throw new ContractError('invalid_document', `${source}: ${place}: ${problem}`);
    }
    seen.set(id, operation);
  }
}
