/** What a suite needs to know of an API: its operations, who may call them, and the shape of every answer. */
export interface Contract {
  /** `info.title` of the document. */
  readonly title: string;
  /** `info.version` of the document. */
  readonly version: string;
  /** SHA-256 of the document as read, lower-case hex. */
  readonly sha256: string;
  /** Path or URL the document was read from. */
  readonly source: string;
  /** The operations that are open or take an access token, in document order; those that only another credential opens are left out. */
  readonly operations: readonly Operation[];
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'TRACE';

/** One operation of the contract (OpenAPI 3.1 §4.8.10). */
export interface Operation {
  /** `operationId`, or `GET /path` where the document gives none. */
  readonly id: string;
  readonly method: HttpMethod;
  /** Path template, e.g. `/api/v1/{user_id}/tasks`. */
  readonly path: string;
  /** The bearer, OpenID Connect and OAuth 2.0 schemes that guard it, each an alternative; empty for an open operation. */
  readonly security: readonly SecurityRequirement[];
  readonly parameters: readonly Parameter[];
  /** The path parameter that names the owner of the resource, and the claim it must equal (`x-owner-claim`). */
  readonly owner?: { readonly parameter: string; readonly claim: string };
  readonly requestBody?: {
    readonly contentType: string;
    readonly required: boolean;
    readonly schema: JsonSchema;
    readonly example?: unknown;
  };
  /** By status code ("200", "4XX", "default"). */
  readonly responses: Readonly<Record<string, ResponseContract>>;
}

export interface SecurityRequirement {
  readonly scheme: string;
  readonly scopes: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly schema: JsonSchema;
  /** The document's example, its schema's example, default or first enum value; absent where it gives none. */
  readonly example?: unknown;
}

export interface ResponseContract {
  readonly description: string;
  /** By content type, e.g. `application/json`. */
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;
  /** By lower-case header name. */
  readonly headers: Readonly<Record<string, { readonly required: boolean; readonly schema: JsonSchema }>>;
}

/**
 * JSON Schema 2020-12 that stands on its own. Dereferenced, but for what is recursive or very large: that is in the
 * schema's own `$defs`.
 */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;
