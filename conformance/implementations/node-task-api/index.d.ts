/** Types for the one implementation that is compiled. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export declare class Failure extends Error implements Answer {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_code: string; readonly message: string };
  readonly headers: Readonly<Record<string, string>>;
}
export declare function missingToken(): Failure;
export declare function invalidToken(): Failure;
export declare function expiredToken(): Failure;
export declare function keySetUnavailable(): Failure;
export declare function invalid(message: string): Failure;
export declare function internal(): Failure;
export declare function noRoute(path: string): Failure;
export declare function tooLarge(): Failure;
export declare function unsupported(): Failure;

export type Claims = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;
export declare class TaskApi {
  me(claims: Claims): Answer;
  list(owner: string, query: { readonly limit?: string; readonly cursor?: string }): Answer;
  create(owner: string, fields: Fields): Answer;
  get(owner: string, id: string): Answer;
  update(owner: string, id: string, fields: Fields): Answer;
  delete(owner: string, id: string): Answer;
}
export declare function hasSoundClaims(claims: Claims): boolean;
export declare function checkOwner(claims: Claims, owner: string): void;

type Headers = Readonly<Record<string, string | string[] | undefined>>;
export declare const MAX_BYTES: number;
export declare function readTask(
  bytes: Uint8Array,
  headers: Headers,
  options: { readonly creating: boolean },
): Fields;

export declare const settings: {
  readonly isHardened: boolean;
  readonly host: string;
  readonly port: number;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  readonly leeway: number;
  readonly cacheTtl: number;
  readonly cooldown: number;
};
export declare function commonHeaders(origin: string | undefined): Record<string, string>;
export declare function preflight(method: string, headers: Headers): Answer | undefined;
export declare const OPEN_ROUTES: Readonly<Record<'/health' | '/ready', unknown>>;
export declare const METRICS: string;
export declare const METRICS_TYPE: string;
export declare function exitWithout(error: unknown): never;
