/*
 * Ids judged here, on every exchange of the run: never-5xx, err-401-schema, err-403-schema, err-www-authenticate,
 * err-no-stack, err-no-library-name, err-no-token-echo, err-cache-control, answer-schema, answer-in-time,
 * perf-zero-other-idp-calls. All other rows of sections G and H are ordinary checks.
 */
export {};
