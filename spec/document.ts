/*
 * The parts of an OpenAPI document that the contract is made of (OpenAPI 3.0 and 3.1). A document has this shape only
 * after `resolveDocument`: nothing but schemas holds references.
 */

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths?: Readonly<Record<string, PathItem>>;
  readonly security?: readonly SecurityAlternative[];
  readonly components?: {
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
    readonly schemas?: Readonly<Record<string, object>>;
  };
}

export interface SecurityScheme {
  readonly type: string;
  /** Of type `http`: the authentication scheme, case-insensitive. */
  readonly scheme?: string;
}

/** Schemes that are demanded together; an empty one demands nothing. */
type SecurityAlternative = Readonly<Record<string, readonly string[]>>;

type PathItem = Readonly<Record<string, unknown>> & {
  readonly parameters?: readonly ParameterObject[];
};

export interface OperationObject {
  readonly operationId?: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<Record<string, ResponseObject>>;
  readonly security?: readonly SecurityAlternative[];
}

export interface ParameterObject extends Partial<MediaType> {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  /** A parameter has a schema, or one media type with a schema (OpenAPI 3.1 §4.8.12.2). */
  readonly content?: Content;
  readonly 'x-owner-claim'?: unknown;
}

export interface ResponseObject {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
}

export interface HeaderObject extends Partial<MediaType> {
  readonly required?: boolean;
  readonly content?: Content;
}

type Content = Readonly<Record<string, MediaType>>;

export interface MediaType {
  readonly schema?: SchemaObject | boolean;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** May be, or hold, references within the document. */
export type SchemaObject = Readonly<Record<string, unknown>>;
