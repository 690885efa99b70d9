import type { Invariant } from '../../invariant.ts';
import { bodySchemaInvariants } from './body-schema.ts';
import { challengeInvariants } from './challenge.ts';
import { errorShapeInvariants } from './error-shape.ts';
import { fieldInvariants } from './fields.ts';
import { headerInvariants } from './headers.ts';
import { leakInvariants } from './leaks.ts';
import { serviceInvariants } from './service.ts';

/** The rules that are judged on every answer of a run, whatever the check that asked. */
export const allInvariants: readonly Invariant[] = [
  ...serviceInvariants,
  ...bodySchemaInvariants,
  ...errorShapeInvariants,
  ...headerInvariants,
  ...challengeInvariants,
  ...fieldInvariants,
  ...leakInvariants,
];
