import type { PresetName } from '../control.ts';
import { auth0 } from './auth0.ts';
import { betterAuth } from './better-auth.ts';
import { cognito } from './cognito.ts';
import { entraId } from './entra-id.ts';
import { firebase } from './firebase.ts';
import { google } from './google.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import type { Preset } from './preset.ts';

export const presets: Readonly<Record<PresetName, Preset>> = {
  'better-auth': betterAuth,
  auth0,
  cognito,
  'entra-id': entraId,
  keycloak,
  okta,
  google,
  firebase,
};

export const PRESET_NAMES: readonly PresetName[] = Object.keys(presets) as PresetName[];
