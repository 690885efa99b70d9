import type { Check } from '../../model.ts';
import { aftermathChecks } from './aftermath.ts';
import { codeChecks } from './codes.ts';
import { connectionChecks } from './connection.ts';
import { corsChecks } from './cors.ts';
import { outageChecks } from './outage.ts';
import { shapeChecks } from './shape.ts';

/** What an error says, and what it must not say (area `error-contract`), where one request shows it. */
export const errorContractChecks: readonly Check[] = [
  ...codeChecks,
  ...shapeChecks,
  ...corsChecks,
  ...connectionChecks,
  ...aftermathChecks,
  ...outageChecks,
];
