/*
 * Ids judged here, on every exchange of the run: never-5xx, err-401-schema, err-403-schema, err-404-405-422-schema,
 * err-5xx-schema, err-content-type, err-json-clean, err-status-consistent, err-www-authenticate, err-challenge-params,
 * err-challenge-grammar, err-challenge-charset, err-no-stack, err-no-library-name, err-no-token-echo,
 * err-no-jwks-detail, err-cache-control, err-no-set-cookie, err-message-safe, err-security-headers, err-no-fingerprint,
 * answer-schema, answer-in-time, perf-zero-other-idp-calls, positive-after-negative.
 */
export {};
