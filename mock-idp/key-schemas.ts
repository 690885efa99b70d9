import { z } from 'zod';
import type { KeyAlgorithm, KeyChange } from './control.ts';
import { ALGORITHMS } from './key-algorithms.ts';
import { ODD_KEY_SORTS } from './odd-keys.ts';
import { members } from './schemas.ts';

const MOST_ODD_KEYS = 2000;

const kid = z.string();
const overlap = z.boolean().exactOptional();
const first = z.boolean().exactOptional();
const state = z.enum(['announced', 'active', 'passive', 'withdrawn']).exactOptional();

export const keyChange: z.ZodType<KeyChange> = z.discriminatedUnion('story', [
  z.strictObject({ story: z.literal('rotate'), overlap }),
  z.strictObject({ story: z.literal('announce') }),
  z.strictObject({ story: z.literal('promote'), kid }),
  z.strictObject({ story: z.literal('withdraw'), kid }),
  z.strictObject({ story: z.literal('restore'), kid }),
  z.strictObject({ story: z.literal('revoke-all') }),
  z.strictObject({ story: z.literal('same-kid') }),
  z.strictObject({ story: z.literal('rotate-after'), fetches: z.int().min(1), overlap }),
  z
    .strictObject({
      story: z.literal('generate'),
      alg: z.enum(Object.keys(ALGORITHMS) as [KeyAlgorithm, ...KeyAlgorithm[]]),
      bits: z.literal([1024, 2048, 3072, 4096]).exactOptional(),
      kid: kid.exactOptional(),
      state,
    })
    .refine(({ alg, bits }) => bits === undefined || ALGORITHMS[alg].kty === 'RSA', {
      path: ['bits'],
      message: 'only an RSA key has them',
    }),
  z.strictObject({ story: z.literal('import'), jwk: members, state }),
  z.strictObject({ story: z.literal('decoys'), keys: z.array(z.unknown()), first }),
  z
    .strictObject({
      story: z.literal('odd-keys'),
      sorts: z.array(z.enum(ODD_KEY_SORTS)).min(1),
      count: z.int().min(1).exactOptional(),
      first,
    })
    .refine(({ sorts, count = 1 }) => sorts.length * count <= MOST_ODD_KEYS, {
      path: ['count'],
      message: `at most ${MOST_ODD_KEYS} keys in all`,
    }),
  z.strictObject({ story: z.literal('edit'), members, kid: kid.exactOptional() }),
]);
