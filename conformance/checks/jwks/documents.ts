import type { Check } from '../../model.ts';
import { EMPTY, respond } from './faults.ts';
import { gzipped, keySetText, offersGzip } from './encodings.ts';
import { type OddAnswer, oddRefresh } from './refresh.ts';

const TEN_MEBIBYTES = 10 * 1024 * 1024;

/** Answers that are no key set, or none to be used: what the backend has must stay as it is (RFC 7517 §5). */
export const documentChecks: readonly Check[] = [
  oddRefresh('doc-html-200', 'refused', () => [
    {
      label: '',
      answer: () =>
        respond(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html; charset=utf-8' }),
    },
  ]),
  oddRefresh('doc-bad-refresh-keeps-good', 'refused', () => [
    { label: '', answer: (ring, stranger) => respond(200, keySetText([...ring, stranger]).slice(0, -2)) },
  ]),
  oddRefresh('doc-empty-refresh', 'refused', () => [{ label: '', answer: () => EMPTY }]),
  oddRefresh('doc-top-level-array', 'refused', () => [
    { label: '', answer: (ring, stranger) => respond(200, JSON.stringify([...ring, stranger])) },
  ]),
  oddRefresh('doc-keys-missing-or-object', 'refused', () => [
    { label: 'no member keys', answer: () => respond(200, '{}') },
    { label: 'keys is null', answer: () => respond(200, '{"keys":null}') },
    {
      label: 'keys is an object',
      answer: (ring, stranger) =>
        respond(200, JSON.stringify({ keys: Object.fromEntries([...ring, stranger].entries()) })),
    },
  ]),
  oddRefresh('doc-non-200-with-body', 'refused', () =>
    [500, 404].map((status) => ({
      label: `status ${status}`,
      answer: (ring, stranger) => respond(status, keySetText([...ring, stranger])),
    })),
  ),
  oddRefresh('doc-304', 'refused', () => [
    { label: '', answer: () => ({ kind: 'respond', status: 304, headers: { etag: '"1"' } }) },
  ]),
  oddRefresh('doc-duplicate-members', 'refused', () => [
    {
      label: 'two members keys, the stranger in the first',
      answer: (ring, stranger) =>
        respond(200, `{"keys":[${JSON.stringify(stranger)}],"keys":${JSON.stringify(ring)}}`),
    },
    {
      label: 'two members n, the first of the stranger',
      answer: (ring, stranger) => {
        const twice = JSON.stringify(stranger).replace(/\}$/, `,"n":"${String(ring[0]?.['n'])}"}`);
        return respond(200, `{"keys":[${[...ring.map((jwk) => JSON.stringify(jwk)), twice].join()}]}`);
      },
    },
  ]),
  oddRefresh('doc-gzip-bomb-oversized', 'refused', async (lab) => {
    const plain: OddAnswer = {
      label: 'ten mebibytes',
      answer: async (_, stranger, idp) => {
        await idp.changeKeys({ story: 'decoys', keys: [stranger] });
        return { kind: 'oversized', bytes: TEN_MEBIBYTES };
      },
    };
    const bomb: OddAnswer = {
      label: 'ten mebibytes as ten kibibytes of gzip',
      answer: (ring, stranger) => gzipped(keySetText([...ring, stranger]).padEnd(TEN_MEBIBYTES)),
    };
    return (await offersGzip(lab)) ? [plain, bomb] : [plain];
  }),
];
