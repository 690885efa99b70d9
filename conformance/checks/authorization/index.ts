import type { Check } from '../../model.ts';
import { connectionChecks } from './connection.ts';
import { crossReadChecks } from './cross-read.ts';
import { crossWriteChecks } from './cross-write.ts';
import { idChecks } from './ids.ts';
import { methodOverrideChecks } from './method-override.ts';
import { methodChecks } from './methods.ts';
import { openRouteChecks } from './open-routes.ts';
import { ownChecks } from './own.ts';
import { pathChecks } from './paths.ts';
import { routeChecks } from './routes.ts';
import { spoofedHeaderChecks } from './spoofed-headers.ts';
import { writeChecks } from './writes.ts';

/** Who may see and change what (area `authorization`). */
export const authorizationChecks: readonly Check[] = [
  ...ownChecks,
  ...crossReadChecks,
  ...crossWriteChecks,
  ...idChecks,
  ...pathChecks,
  ...methodChecks,
  ...methodOverrideChecks,
  ...spoofedHeaderChecks,
  ...writeChecks,
  ...routeChecks,
  ...openRouteChecks,
  ...connectionChecks,
];
