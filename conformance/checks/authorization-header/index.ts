import type { Check } from '../../model.ts';
import { characterChecks } from './characters.ts';
import { duplicateChecks } from './duplicates.ts';
import { http2Checks } from './http2.ts';
import { isolationChecks } from './isolation.ts';
import { orderChecks } from './order.ts';
import { placementChecks } from './placement.ts';
import { presenceChecks } from './presence.ts';
import { schemeChecks } from './scheme.ts';
import { sizeChecks } from './size.ts';

/** How a request carries its token (area `authorization-header`). */
export const authorizationHeaderChecks: readonly Check[] = [
  ...presenceChecks,
  ...schemeChecks,
  ...placementChecks,
  ...duplicateChecks,
  ...characterChecks,
  ...sizeChecks,
  ...orderChecks,
  ...isolationChecks,
  ...http2Checks,
];
